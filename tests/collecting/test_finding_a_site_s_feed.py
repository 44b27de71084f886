"""From the address of a site to its feed."""

import pytest

from blogs.discovering import discover, full_address
from blogs.reading import NotAFeed
from cop.base.fetching import FetchFailed

RSS = b"<rss version='2.0'><channel><title>T</title><item><title>x</title></item></channel></rss>"
pytestmark = pytest.mark.usefixtures("loopback_allowed")


def page(head: str = "", body: str = "") -> str:
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"


def test_the_address_of_a_feed_is_taken_as_it_is(httpserver):
    httpserver.expect_request("/rss").respond_with_data(RSS)
    assert discover(httpserver.url_for("/rss")).url == httpserver.url_for("/rss")


@pytest.mark.parametrize(
    "kind", ["application/rss+xml", "application/atom+xml; charset=utf-8", "APPLICATION/FEED+JSON"]
)
def test_a_page_that_names_its_feed(httpserver, kind):
    link = f'<link rel="ALTERNATE nofollow" type="{kind}" href="../news.xml?a=1&amp;b=2">'
    httpserver.expect_request("/blog/").respond_with_data(page(link), content_type="text/html")
    httpserver.expect_request("/news.xml", query_string="a=1&b=2").respond_with_data(RSS)
    assert discover(httpserver.url_for("/blog/")).url == httpserver.url_for("/news.xml?a=1&b=2")


def test_the_feed_of_comments_comes_last(httpserver):
    links = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="/{n}/feed">' for n in ("comments", "posts")
    )
    httpserver.expect_request("/").respond_with_data(page(links), content_type="text/html")
    httpserver.expect_request("/comments/feed").respond_with_data(RSS)
    httpserver.expect_request("/posts/feed").respond_with_data(RSS)
    assert discover(httpserver.url_for("/")).url.endswith("/posts/feed")


def test_a_link_in_the_page_that_looks_like_a_feed(httpserver):
    body = '<a href="/index.php/j/gateway/plugin/WebFeedGatewayPlugin/rss2"><img alt="RSS"></a>'
    httpserver.expect_request("/").respond_with_data(page(body=body), content_type="text/html")
    httpserver.expect_request("/index.php/j/gateway/plugin/WebFeedGatewayPlugin/rss2").respond_with_data(RSS)
    assert "WebFeedGatewayPlugin" in discover(httpserver.url_for("/")).url


def test_the_usual_places_are_tried(httpserver):
    httpserver.expect_request("/blog").respond_with_data(page(), content_type="text/html")
    httpserver.expect_request("/blog/feed").respond_with_data(RSS)
    assert discover(httpserver.url_for("/blog")).url == httpserver.url_for("/blog/feed")


def test_a_page_without_a_feed_is_told(httpserver):
    httpserver.expect_request("/").respond_with_data(page(), content_type="text/html")
    with pytest.raises(NotAFeed, match="names no feed"):
        discover(httpserver.url_for("/"))


def test_a_page_that_points_inside_is_not_followed(httpserver, settings):
    link = '<link rel="alternate" type="application/rss+xml" href="http://127.0.0.2:1/feed">'
    httpserver.expect_request("/").respond_with_data(page(link), content_type="text/html")
    with pytest.raises(NotAFeed):
        discover(httpserver.url_for("/"))


def test_a_missing_page_is_told(httpserver):
    with pytest.raises(FetchFailed):
        discover(httpserver.url_for("/nothing"))


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("example.org", "https://example.org"),
        ("  <https://example.org/a b> ", "https://example.org/ab"),
        ("feed://example.org/x", "https://example.org/x"),
        ("feed:http://example.org/x", "http://example.org/x"),
        ("example.org:8080/x", "https://example.org:8080/x"),
        ("\u200bexample.org", "https://example.org"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("file:///etc/passwd", "file:///etc/passwd"),
    ],
)
def test_what_people_type_becomes_an_address(typed, address):
    assert full_address(typed) == address
