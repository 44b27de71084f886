"""Finding the feed of a site: the address itself, what its page names (`<link rel="alternate">`), and usual places."""

import re
import time
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.utils.translation import gettext as _

from blogs.entries import Feed
from blogs.reading import NotAFeed, read, web_address
from cop.base.fetching import Fetched, FetchFailed, fetch

PAGE_TIME = 10.0  # seconds for the address itself
CANDIDATE_TIME = 5.0
WHOLE_TIME = 25.0
CANDIDATES = 8
FEED_TYPES = {
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/feed+json",
    "application/json",
    "application/xml",
    "text/xml",
}
LOOKS_LIKE_A_FEED = re.compile(r"(^|[/._?=&-])(rss2?|atom|feeds?|rdf|WebFeedGatewayPlugin)([/._?=&-]|$)", re.IGNORECASE)
USUAL_PLACES = ["feed", "rss", "feed.xml", "rss.xml", "atom.xml", "index.xml", "feed.json"]


@dataclass(frozen=True)
class Found:
    """A feed and the address it is read from."""

    url: str
    feed: Feed


def discover(address: str) -> Found:
    """Give the feed at `address` or of the page there; raise FetchFailed or NotAFeed with the reason in words."""
    ends = time.monotonic() + WHOLE_TIME
    page = _first_page(address)
    try:
        return _read(page)
    except NotAFeed as no_feed:
        if no_feed.code not in ("page", "no-feed") or b"<" not in page.content[:2000]:
            raise
        for url in candidates(page)[:CANDIDATES]:
            left = ends - time.monotonic()
            if left <= 0:
                break
            if found := _tried(url, left):
                return found
        raise NotAFeed(
            "no-feed", _("This page names no feed, and none is at the usual places. Give the feed's own address.")
        ) from no_feed


def _first_page(address: str) -> Fetched:
    typed = full_address(address)
    try:
        return fetch(typed, time_limit=PAGE_TIME)
    except FetchFailed as failed:
        # Nobody types "http://"; some journals still have nothing else.
        if failed.code in ("tls", "connection") and "://" not in address and typed.startswith("https://"):
            return fetch(typed.replace("https://", "http://", 1), time_limit=PAGE_TIME)
        raise


def full_address(address: str) -> str:
    """Give what a person typed or pasted as a web address: without spaces and quotes, with a scheme."""
    typed = re.sub(r"[\s\u200b-\u200f\u2060\ufeff\x00-\x1f]+", "", address).strip("<>\"'“”")
    typed = re.sub(r"^feed:(//)?(https?://)", r"\2", typed, flags=re.IGNORECASE)
    typed = re.sub(r"^feed://", "https://", typed, flags=re.IGNORECASE)
    return typed if re.match(r"^[a-z][a-z0-9+.-]*:(?!\d)", typed, re.IGNORECASE) else f"https://{typed}"


def _read(page: Fetched) -> Found:
    url = page.moved_to or page.url
    return Found(url=url, feed=read(page.content, url=page.url, content_type=page.content_type))


def _tried(url: str, left: float) -> Found | None:
    try:
        return _read(fetch(url, time_limit=min(CANDIDATE_TIME, left)))
    except (FetchFailed, NotAFeed):
        return None


def candidates(page: Fetched) -> list[str]:
    """Give the addresses at which the feed of `page` may be, likeliest first; feeds of comments last."""
    finder = _Finder()
    finder.feed(page.content[:500_000].decode("utf-8", "replace"))
    base = urljoin(page.url, finder.base)
    root = f"{urlsplit(page.url).scheme}://{urlsplit(page.url).netloc}/"
    folder = page.url.split("?")[0].rstrip("/") + "/"
    named = [urljoin(base, link) for link in finder.named + finder.linked[:4]]
    usual = [urljoin(start, place) for place in USUAL_PLACES for start in dict.fromkeys((folder, root))]
    named.sort(key=lambda url: "comment" in url.lower())
    return [url for url in dict.fromkeys(named + usual) if web_address(url)]


class _Finder(HTMLParser):
    """Collects what a page says of its feeds."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.base = ""
        self.named: list[str] = []
        self.linked: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: (value or "").strip() for name, value in attrs}
        link = values.get("href", "")
        if not link:
            return
        if tag == "base":
            self.base = self.base or link
        elif tag == "link":
            kind = values.get("type", "").split(";")[0].strip().lower()
            if "alternate" in values.get("rel", "").lower().split() and kind in FEED_TYPES:
                self.named.append(link)
        elif tag == "a" and LOOKS_LIKE_A_FEED.search(link):
            self.linked.append(link)
