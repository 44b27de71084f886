"""Feeds that are wrong, missing, huge or meant ill."""

import json
import time
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from blogs.reading import NotAFeed, read, web_address


def rss(item: str, *, prolog: str = "", names: str = "") -> bytes:
    return f"{prolog}<rss version='2.0' {names}><channel><title>T</title><item>{item}</item></channel></rss>".encode()


def code_of(content: bytes) -> str:
    with pytest.raises(NotAFeed) as caught:
        read(content)
    return caught.value.code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"<!doctype html><html><body>Hello</body></html>", "page"),
        (b"hello", "no-feed"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "no-feed"),
        (b'{"version": "1"}', "no-feed"),
        (b'{"items": [' * 20_000, "no-feed"),
        (b"[1, 2]", "no-feed"),
    ],
)
def test_what_is_no_feed_is_told(content, code):
    assert code_of(content) == code


@pytest.mark.parametrize(
    "declarations",
    [
        '<!ENTITY a "&b;">',
        '<!ENTITY a SYSTEM "file:///etc/passwd">',
        '<!ENTITY % a "x">',
        '<!ENTITY a "' + "x" * 1000 + '">',
        '<!-- " --><!ENTITY a SYSTEM "x">',
        '<!ENTITY b "<!--"><!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY c "-->">',
        '<!ENTITY b "<x"><!ENTITY a SYSTEM "file:///etc/passwd">',
    ],
)
def test_entities_that_grow_or_fetch_are_refused(declarations):
    assert code_of(rss("<title>&a;</title>", prolog=f"<!DOCTYPE rss [{declarations}]>")) == "entities"


def test_harmless_declarations_are_let_through():
    prolog = (
        '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://x.example/rss.dtd" [<!ENTITY nbsp "&#160;">]>'
    )
    assert len(read(rss("<title>A&nbsp;B</title>", prolog=prolog)).entries) == 1


def test_a_post_about_entities_is_no_attack():
    assert read(rss("<title>On XML</title><description><![CDATA[<!ENTITY a SYSTEM 'b'>]]></description>")).entries


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("&lt;i&gt;Homo&lt;/i&gt; sapiens", "Homo sapiens"),
        ("Q&amp;amp;A", "Q&A"),
        ("<![CDATA[5 &lt; 6]]>", "5 < 6"),
        ("a\n\t b", "a b"),
        ("\ufeffx\u202ey\u200b", "xy"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;Hi", "Hi"),
    ],
)
def test_titles_become_plain_text(title, plain):
    assert read(rss(f"<title>{title}</title>")).entries[0].title == plain


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//example.org",
        "https://",
        "https://a.example/\\x",
        "https://a/<x>",
        "x" * 3000,
    ],
)
def test_links_that_may_not_be_linked_to_are_dropped(url):
    assert web_address(url) == ""


@pytest.mark.parametrize("date", ["yesterday", "Mon, 99 Foo 2021", "9999999-01-01", "-1", "0001-01-01T00:00:00Z"])
def test_impossible_dates_are_no_dates(date):
    assert read(rss(f"<title>x</title><pubDate>{date}</pubDate>")).entries[0].published_at is None


def test_dates_are_read_in_utc():
    entry = read(rss("<title>x</title><pubDate>Fri, 10 Dec 2021 14:55:43 +0200</pubDate>")).entries[0]
    assert entry.published_at == datetime(2021, 12, 10, 12, 55, 43, tzinfo=UTC)


def test_what_no_database_takes_is_dropped():
    item = {"id": "a\u0000b", "title": "x\u0000y\ud800", "content_text": "z\u0000", "url": "https://e.example/\ud800"}
    content = json.dumps({"version": "https://jsonfeed.org/version/1", "items": [item, 5, None, []]}).encode()
    entry = read(content).entries[0]
    assert (entry.title, entry.guid, entry.abstract) == ("xy?", "ab", "z")


@pytest.mark.parametrize(
    "content",
    [
        b"<rss><channel>" + b"<item><title>x</title></item>" * 30_000,
        b"<rss><channel><item><title>" + b"<b>" * 100_000,
        b"<feed>" * 50_000,
        b"<rss version='2.0'><channel><item><description>" + b"&lt;div&gt;" * 100_000,
        b"<rss version='2.0'><channel><item><title>" + b"&amp;" * 200_000,
        b"<rss version='2.0'>" + b"<" * 500_000,
        b'<rss version="2.0"><channel><item><link>' + b"10.1234/" * 100_000,
    ],
    ids=["many", "open tags", "deep", "deep markup", "entities", "brackets", "doi"],
)
def test_hostile_documents_are_read_in_seconds(content):
    began = time.monotonic()
    with suppress(NotAFeed):
        read(content)
    assert time.monotonic() - began < 20


def test_a_dc_identifier_is_a_doi_when_it_looks_like_one():
    names = "xmlns:dc='http://purl.org/dc/elements/1.1/'"
    entry = read(rss("<title>x</title><dc:identifier>DOI:10.1000/ABC.(1)</dc:identifier>", names=names)).entries[0]
    assert (entry.doi, entry.doi_is_sure, entry.url) == ("10.1000/abc.(1)", True, "https://doi.org/10.1000/abc.(1)")
