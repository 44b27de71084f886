"""Feeds made for tests."""

from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from django.conf import settings

TOC = Path(settings.SHARED_DATA) / "feeds" / "toc"


def rss(items: Sequence[dict[str, str]], *, title: str = "Journal of Tests") -> bytes:
    """Give an RSS 2.0 feed; each item is {element: text}."""
    inside = "".join(
        "<item>" + "".join(f"<{name}>{escape(text)}</{name}>" for name, text in item.items()) + "</item>"
        for item in items
    )
    names = "xmlns:prism='http://prismstandard.org/namespaces/basic/2.0/' xmlns:dc='http://purl.org/dc/elements/1.1/'"
    channel = f"<title>{escape(title)}</title><link>https://journal.example/</link>"
    return f"<rss version='2.0' {names}><channel>{channel}{inside}</channel></rss>".encode()


def article(number: int, *, volume: str = "1", issue: str = "1", **more: str) -> dict[str, str]:
    """Give an article of a journal, with a DOI, a link and a GUID."""
    facts = {
        "title": f"What we learned about matter number {number}",
        "link": f"https://journal.example/article/{number}",
        "guid": f"urn:article:{number}",
        "dc:creator": f"Author {number}",
        "prism:volume": volume,
        "prism:number": issue,
        "prism:doi": f"10.1000/test.{number}",
    }
    return {name: text for name, text in (facts | more).items() if text}
