"""What is read in other people's feeds, against what is known of them."""

import json
from pathlib import Path

import pytest
from django.conf import settings

from blogs.reading import Feed, NotAFeed, read

FEEDS = Path(settings.SHARED_DATA) / "feeds"
pytestmark = pytest.mark.skipif(not FEEDS.is_dir(), reason="the shared feeds are not here")
FACTS = json.loads((FEEDS / "facts.json").read_text()) if FEEDS.is_dir() else {}


def toc(name: str) -> Feed:
    return read(next((FEEDS / "toc").glob(f"{name}*")).read_bytes())


@pytest.mark.parametrize("name", sorted(FACTS))
def test_every_entry_is_read(name):
    assert len(read((FEEDS / name).read_bytes()).entries) == FACTS[name]["entries"]


@pytest.mark.parametrize("name", sorted(FACTS))
def test_stated_dois_and_links_are_found(name):
    entries = read((FEEDS / name).read_bytes()).entries
    for entry, doi, link in zip(entries, FACTS[name]["dois"], FACTS[name]["first_links"], strict=False):
        assert not doi or entry.doi == doi.removeprefix("doi:").lower()
        assert entry.url == link.replace(" ", "%20")


def test_all_files_of_a_parser_s_tests_are_read_or_refused_in_words():
    read_or_refused = 0
    for path in (path for path in (FEEDS / "feedparser").rglob("*") if path.is_file()):
        try:
            read(path.read_bytes(), url="https://example.org/feed")
        except NotAFeed as refused:
            assert str(refused)
        read_or_refused += 1
    assert read_or_refused >= 1088


@pytest.mark.parametrize("folder", ["real", "rome", "reader"])
def test_blogs_and_other_readers_feeds_are_read(folder):
    for path in (path for path in (FEEDS / folder).iterdir() if "expected" not in path.name):
        if path.name != "allthis-partial.json":  # cut off in the middle
            assert read(path.read_bytes(), url="https://example.org/feed").entries or "prefix" in path.name


@pytest.mark.parametrize("name", ["DaringFireball", "allthis"])
def test_json_feed_says_what_atom_says(name):
    ours, theirs = (read((FEEDS / "real" / f"{name}.{kind}").read_bytes()) for kind in ("json", "atom"))
    assert ours.title == theirs.title
    assert [entry.title for entry in ours.entries] == [entry.title for entry in theirs.entries]


def test_json_feed_names_authors_as_each_version_does():
    authors = [entry.authors for entry in read((FEEDS / "real" / "authors.json").read_bytes()).entries]
    assert authors == [
        ("Root Author 1", "Root Author 2"),
        ("Legacy Item Author",),
        ("Item Author 1", "Item Author 2"),
        ("Item Author 1", "Item Author 2"),
    ]


@pytest.mark.parametrize(
    ("name", "journal", "volume", "number", "pages"),
    [
        ("academic.oup", "Zoological Journal of the Linnean Society", "194", "1", "226–255"),
        ("biotaxa.org-Phytotaxa-rss@2021-12-21", "Phytotaxa", "528", "4", "229–239"),
        ("tandfonline", "Studies on Neotropical Fauna and Environment", "56", "3", "163–175"),
        ("sb@", "SYSTEMATIC BOTANY", "46", "3", "519–537"),
        ("mycokeys.pensoft.net-rss.php@2021-12-14", "MycoKeys", "85", "", "73–85"),
        ("native-pubmed", "Molecular biology reports", "", "", ""),
    ],
)
def test_the_issue_is_found_where_publishers_put_it(name, journal, volume, number, pages):
    entry = toc(name).entries[0]
    assert (entry.journal, entry.volume, entry.number, entry.pages) == (journal, volume, number, pages)


def test_authors_and_abstract_are_found_in_the_text():
    entry = toc("mycokeys.pensoft.net-rss.php@2021-12-14").entries[0]
    assert entry.authors == ("Ming-Zhu Dou", "Min Li", "Ze-Feng Jia")
    assert entry.abstract.startswith("We studied the genus Chapsa in China")


def test_a_line_that_only_says_where_an_article_stands_is_no_abstract():
    assert not any(entry.abstract for entry in toc("tandfonline").entries)


def test_markup_in_titles_becomes_plain_text():
    title = toc("biotaxa.org-Phytotaxa-rss@2021-12-21").entries[0].title
    assert title == "Seed Micromorphology of Eleven Species of Pleione (Orchidaceae)"


def test_no_mail_address_of_an_author_is_kept():
    for path in (FEEDS / "toc").iterdir():
        assert not any("@" in name for entry in read(path.read_bytes()).entries for name in entry.authors)


def test_a_doi_in_the_text_is_not_surely_the_entry_s_own():
    entry = toc("mycokeys").entries[0]
    assert (entry.doi, entry.doi_is_sure) == ("10.3897/mycokeys.85.76040", False)


def attacks() -> list[bytes]:
    folder = FEEDS / "xml-attacks"
    files = [path.read_bytes() for path in sorted(folder.glob("*.xml"))]
    return files + [line.encode() for line in json.loads((folder / "xml-attacks.json").read_text())]


@pytest.mark.parametrize("attack", attacks() if FEEDS.is_dir() else [])
def test_attacks_on_readers_are_refused(attack):
    with pytest.raises(NotAFeed):
        read(attack)


@pytest.mark.parametrize("attack", attacks() if FEEDS.is_dir() else [])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_no_entity_reaches_an_entry_in_any_encoding(attack, encoding):
    """The same declarations before a real feed that uses them."""
    prolog = attack.decode().split("<foo")[0].split("<bomb")[0].split("<root")[0].split("<data>")[0]
    feed = "<rss version='2.0'><channel><item><title>x &file; &xxe; &c; &a; &ee;</title></item></channel></rss>"
    try:
        entries = read((prolog + feed).encode(encoding)).entries
    except NotAFeed:
        return
    assert all("root:" not in entry.title and "1234567890" not in entry.title for entry in entries)
