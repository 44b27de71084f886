"""The same entry is known again whatever wobbles; two entries are never taken for one."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blogs.entries import FeedEntry
from blogs.reading import read
from blogs.recognising import page_of
from blogs.sources import Entry, FeedSource
from blogs.taking_in import take_in
from tests.collecting.feeds import TOC

NOW = datetime(2026, 1, 1, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def new_in(source: FeedSource, *entries: FeedEntry) -> int:
    return sum(one.is_new for one in take_in(source, entries, at=NOW))


@pytest.fixture
def source() -> FeedSource:
    return FeedSource.objects.create(url="https://journal.example/feed")


ARTICLE = FeedEntry(
    title="On the habits of readers in small libraries",
    url="https://www.journal.example/article/1",
    guid="urn:1",
    journal="Journal",
    authors=("Ann",),
)


@pytest.mark.parametrize(
    "changes",
    [
        {"guid": "urn:other"},
        {"url": "http://journal.example/article/1/?utm_source=rss#top"},
        {"url": "https://elsewhere.example/x"},
        {"url": "https://elsewhere.example/x", "guid": "urn:other"},
        {"title": "On the habits of readers (corrected)"},
        {"title": "On the habits of READERS in small  libraries", "guid": "", "url": "https://new.example/1"},
        {"doi": "10.1000/1", "doi_is_sure": True},
    ],
)
def test_an_entry_is_known_again_when_something_wobbles(source, changes):
    assert new_in(source, ARTICLE) == 1
    assert new_in(source, FeedEntry(**{**ARTICLE.__dict__, **changes})) == 0


def test_the_doi_goes_first(source):
    first = FeedEntry(title="A", url="https://a.example/1", guid="1", doi="10.1000/1", doi_is_sure=True)
    again = FeedEntry(title="B", url="https://b.example/2", guid="2", doi="10.1000/1", doi_is_sure=True)
    assert new_in(source, first) == 1
    assert new_in(source, again) == 0


def test_two_dois_are_two_articles_though_all_else_is_the_same(source):
    first = FeedEntry(**{**ARTICLE.__dict__, "doi": "10.1000/1", "doi_is_sure": True})
    other = FeedEntry(**{**ARTICLE.__dict__, "doi": "10.1000/2", "doi_is_sure": True})
    assert new_in(source, first, other) == 2
    assert new_in(source, other, first) == 0


def test_a_doi_that_two_posts_speak_of_does_not_make_them_one(source):
    posts = [FeedEntry(title=title, url=f"https://b.example/{title}", doi="10.1000/1") for title in ("one", "two")]
    assert new_in(source, *posts) == 2


def test_entries_that_all_link_to_the_front_page_stay_apart(source):
    entries = [FeedEntry(title=f"News {number}", url="https://journal.example/") for number in range(5)]
    assert new_in(source, *entries) == 5
    assert new_in(source, *reversed(entries)) == 0


def test_guids_that_count_from_one_anew_lose_nothing(source):
    assert new_in(source, FeedEntry(title="Monday", url="https://e.example/mon", guid="1")) == 1
    assert new_in(source, FeedEntry(title="Tuesday", url="https://e.example/tue", guid="1")) == 1


def test_a_title_that_comes_every_week_is_a_new_entry_each_time(source):
    def week(number: int) -> FeedEntry:
        at = datetime(2026, 1, 7 * number, tzinfo=UTC)
        title, url = "This week in our library: what is new", f"https://e.example/{number}"
        return FeedEntry(title=title, url=url, guid=url, authors=("Ann",), published_at=at)

    assert [new_in(source, week(number)) for number in (1, 2, 3, 3)] == [1, 1, 1, 0]


def test_editorials_of_two_issues_stay_apart(source):
    editorials = [FeedEntry(title="Editorial", url=f"https://j.example/{number}", journal="J") for number in (1, 2)]
    assert new_in(source, *editorials) == 2


def test_two_sources_keep_their_own_entries(source):
    other = FeedSource.objects.create(url="https://other.example/feed")
    assert new_in(source, ARTICLE) + new_in(other, ARTICLE) == 2


def test_what_is_listed_twice_is_taken_once(source):
    assert new_in(source, ARTICLE, ARTICLE) == 1


def test_entries_without_title_and_link_are_passed_over(source):
    assert take_in(source, [FeedEntry(abstract="x")], at=NOW) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://e.example/a", "https://www.e.example/a/"),
        ("https://e.example/a?b=1&a=2", "https://e.example/a?a=2&b=1&utm_source=x&utm_medium=rss"),
        ("https://e.example/a?af=R", "https://e.example/a"),
        ("https://e.example/a;jsessionid=1F?x=1", "https://e.example/a?x=1"),
        ("https://E.example:443/a?rss=1", "https://e.example/a#abstract"),
    ],
)
def test_addresses_of_one_page(one, other):
    assert page_of(one) == page_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://e.example/a?sid=1", "https://e.example/a?sid=2"),
        ("https://e.example/a", "https://e.example/A"),
        ("https://e.example/?p=1", "https://e.example/?p=2"),
        ("https://e.example/a?source=1234567", "https://e.example/a?source=7654321"),
    ],
)
def test_addresses_of_two_pages(one, other):
    assert page_of(one) != page_of(other)


def wobbling(entry: FeedEntry, kind: int) -> FeedEntry:
    """Give `entry` with another GUID, another link, or both, as `kind` says."""
    guid = f"urn:uuid:{kind}-{entry.guid}" if kind & 1 else entry.guid
    url = f"https://mirror{kind}.example/{hash(entry.url)}?utm_source=rss" if kind & 2 else entry.url
    return FeedEntry(**{**entry.__dict__, "guid": guid, "url": url})


@pytest.mark.parametrize("path", sorted(TOC.iterdir()) if TOC.is_dir() else [], ids=lambda path: path.name)
@pytest.mark.parametrize("kind", [1, 2, 3], ids=["guid", "link", "guid and link"])
def test_all_guids_and_links_of_a_real_feed_may_change_at_once(source, path, kind):
    entries = read(path.read_bytes()).entries
    take_in(source, entries, at=NOW)
    assert new_in(source, *(wobbling(entry, kind) for entry in entries)) == 0


@pytest.mark.skipif(not TOC.is_dir(), reason="the shared feeds are not here")
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_real_feeds_may_wobble_as_they_like(data, source):
    path = data.draw(st.sampled_from([path for path in sorted(TOC.iterdir()) if "mycokeys" not in path.name]))
    entries = read(path.read_bytes()).entries
    known = take_in(source, entries, at=NOW)
    shuffled = data.draw(st.permutations(entries))
    again = [wobbling(entry, data.draw(st.integers(0, 3))) for entry in shuffled]
    before = Entry.objects.filter(source=source).count()
    assert not any(one.is_new for one in take_in(source, again, at=NOW))
    assert Entry.objects.filter(source=source).count() == before
    assert {one.entry.pk for one in known if not one.is_again} >= {
        one.entry.pk for one in take_in(source, entries, at=NOW)
    }
