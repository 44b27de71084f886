"""Reading a feed: bytes in, plain facts out. RSS and Atom by feedparser, JSON Feed by blogs.reading_json.

Everything here is a stranger's: markup becomes plain text, and a document that declares entities is refused unread.
"""

import calendar
import html
import io
import re
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from xml.parsers import expat

import feedparser
from django.utils.translation import gettext as _
from feedparser.encodings import convert_to_utf8

from blogs import citing, reading_json
from blogs.entries import Feed, FeedEntry
from cop.markup.cleaning import plain

ENTRY_LIMIT = 1000
TITLE_LIMIT = 500
ABSTRACT_LIMIT = 6000
URL_LIMIT = 1000
SHORT_ENTITY = 20
MARKUP_LIMIT = 60_000
BLOCKS_READ = 300
BLOCK = re.compile(r"<(?:br|/?(?:p|div|li|ul|ol|tr|h[1-6]|blockquote|pre))\b[^<>]{0,500}>", re.IGNORECASE)


class NotAFeed(Exception):
    """The bytes are no feed that may be read; `str()` of it is a sentence for a facilitator, `code` a word for rows."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def read(content: bytes, *, url: str = "", content_type: str = "") -> Feed:
    """Read a feed from its bytes; raise NotAFeed. `url` is where it came from, which relative links are relative to."""
    start = content[:2000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not content.strip():
        raise NotAFeed("empty", _("There is nothing at this address: it answered with an empty page."))
    found = reading_json.parsed(content) if start.startswith(b"{") else _parsed(content, url, content_type)
    if found is None:
        if re.search(rb"<(!doctype\s+html|html|head|body)\b", start, re.IGNORECASE):
            raise NotAFeed("page", _("This is a web page, not a feed, and it names no feed."))
        raise NotAFeed("no-feed", _("This is neither RSS, Atom nor JSON Feed."))
    title = one_line(found.get("feed", {}).get("title", ""))
    journal = citing.journal_of_feed(found.get("feed", {}), title)
    entries = [read_entry(entry, journal) for entry in found.get("entries", [])[:ENTRY_LIMIT]]
    return Feed(title=title, url=web_address(found.get("feed", {}).get("link", "")), journal=journal, entries=entries)


def _parsed(content: bytes, url: str, content_type: str) -> dict[str, Any] | None:
    """Give what feedparser makes of the bytes, or None where it sees no feed in them."""
    refuse_entities(content)
    headers = {"content-location": url} if url else {}
    # What a server says of the encoding is wrong more often than what the document says.
    if content_type and b"encoding=" not in content[:200] and not content.startswith(b"\xef\xbb\xbf"):
        headers["content-type"] = content_type
    # A stream, because feedparser opens bytes and strings as file names and addresses. It need not sanitise what we
    # make plain text of.
    found = feedparser.parse(
        io.BytesIO(content), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    return found if found.get("version") or found.get("entries") else None


def refuse_entities(content: bytes) -> None:
    """Raise NotAFeed where a document declares entities that grow, nest or fetch; a short `nbsp` is harmless.

    Asked of expat, on the same UTF-8 that feedparser makes: an own search would be led astray by quotes and comments.
    """
    document = convert_to_utf8({}, content, {"bozo": False, "headers": {}})
    document = document if isinstance(document, bytes) else str(document).encode("utf-8", "replace")
    parser = expat.ParserCreate()
    parser.EntityDeclHandler = _refuse_declaration
    parser.ExternalEntityRefHandler = lambda *rest: _refuse()
    parser.StartElementHandler = _stop
    with suppress(_Enough, expat.ExpatError):
        parser.Parse(document, True)
    head = re.split(rb"<\w", document, maxsplit=1)[0]
    if re.search(rb"<!ENTITY[^>]*(SYSTEM|PUBLIC|%|&\w)", head, re.IGNORECASE):
        _refuse()


class _Enough(Exception):
    """The first element begins: what may be declared has been."""


def _stop(*rest: Any) -> None:
    raise _Enough


def _refuse() -> Any:
    raise NotAFeed("entities", _("It declares entities, as files do that attack their readers; no feed needs that."))


def _refuse_declaration(name: str, is_parameter: bool, value: str | None, *outside: Any) -> None:
    if is_parameter or value is None or len(value) > SHORT_ENTITY or re.search(r"[&<%]", value):
        _refuse()


# --- One entry ----------------------------------------------------------------------------------------------------


def read_entry(entry: dict[str, Any], journal: str) -> FeedEntry:
    """Read one of feedparser's entries; `journal` is used where the entry names none."""
    markup = _markup_of(entry)
    text = paragraphs(citing.storable(markup))
    url = web_address(entry.get("link", ""))
    guid = citing.storable(str(entry.get("id", "") or "")).strip()[:URL_LIMIT]
    doi, doi_is_sure = citing.doi_of(entry, url=url, guid=guid, text=text)
    own_journal = citing.journal_of_entry(entry, journal)
    volume, number, pages = citing.issue_of(entry, journal=own_journal, text=text, is_article=bool(doi))
    return FeedEntry(
        title=one_line(entry.get("title", "")),
        url=url or (f"https://doi.org/{doi}" if doi else web_address(guid)),
        guid=guid,
        doi=doi,
        doi_is_sure=doi_is_sure,
        journal=own_journal,
        volume=volume,
        number=number,
        pages=pages,
        authors=_authors_of(entry, text),
        abstract=citing.abstract_in(text)[:ABSTRACT_LIMIT],
        published_at=_date_of(entry),
    )


def _markup_of(entry: dict[str, Any]) -> str:
    summary = str(entry.get("summary", "") or "")
    contents = [str(content.get("value", "") or "") for content in entry.get("content", []) or []]
    return summary if summary.strip() else next((value for value in contents if value.strip()), "")


def paragraphs(markup: str) -> str:
    """Give foreign HTML as plain text, a blank line between its blocks."""
    blocks = BLOCK.split(markup[:MARKUP_LIMIT], maxsplit=BLOCKS_READ)
    texts = (plain(block) for block in blocks if block.strip())
    return "\n\n".join(text for text in texts if text)


def _authors_of(entry: dict[str, Any], text: str) -> tuple[str, ...]:
    """Give the authors as the feed writes them, each once; never an e-mail address."""
    found = [one_line(author.get("name", "")) for author in entry.get("authors", []) or []]
    found = [re.sub(r"\s*[(<]?\S+@\S+[>)]?", "", name).strip(" ;,") for name in found]
    names = [name[:300] for name in dict.fromkeys(found) if name]
    return tuple(names[:200]) or citing.authors_in(text)


def _date_of(entry: dict[str, Any]) -> datetime | None:
    dates = (moment_of(entry[name]) for name in ("published_parsed", "updated_parsed") if name in entry)
    return next((date for date in dates if date), None)


def moment_of(parsed: time.struct_time | None) -> datetime | None:
    """Give the moment (UTC) of feedparser's time tuple, or None where there is none or none that a calendar holds."""
    if not parsed:
        return None
    try:
        moment = datetime.fromtimestamp(calendar.timegm(parsed), tz=UTC)
    except (ValueError, OverflowError, OSError, TypeError):
        return None
    return moment if 1700 <= moment.year <= 2200 else None


def one_line(text: Any) -> str:
    """Give a title as plain text in one line: markup, entities (also doubly written) and strange spaces gone."""
    source = citing.storable(str(text or ""))[: TITLE_LIMIT * 8]
    line = plain(source) if re.search(r"[<&]", source) else source
    if re.search(r"&(#?\w+);|</?(i|b|em|sub|sup|strong|p|span)\b", line):
        line = plain(html.unescape(line))
    line = re.sub(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0e-\x1f\x7f]", "", line)
    line = " ".join(line.split())
    return line if len(line) <= TITLE_LIMIT else f"{line[: TITLE_LIMIT - 1].rstrip()}…"


def web_address(text: Any) -> str:
    """Give `text` where it is an http or https address that may be linked to, else nothing."""
    address = citing.storable(str(text or "")).strip().replace(" ", "%20")
    try:
        parts = urlsplit(address)
        is_sound = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    if not is_sound or len(address) > URL_LIMIT or re.search(r"[\x00-\x20\x7f<>\"\\^`{|}]", address):
        return ""
    return address
