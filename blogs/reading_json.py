"""JSON Feed 1 and 1.1 (jsonfeed.org/version/1.1), given in the shape that feedparser gives other feeds."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any


def parsed(content: bytes) -> dict[str, Any] | None:
    """Read a JSON Feed; None where the bytes are none."""
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or not str(document.get("version", "")).startswith(
        "https://jsonfeed.org/version"
    ):
        return None
    items = document.get("items")
    everybody = _people(document)
    entries = [_entry(item, everybody) for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    title, link = _text(document.get("title")), _text(document.get("home_page_url"))
    return {"feed": {"title": title, "link": link}, "entries": entries}


def _entry(item: dict[str, Any], everybody: list[dict[str, str]]) -> dict[str, Any]:
    body = _text(item.get("content_html")) or _escaped(_text(item.get("content_text")))
    moment = _moment(item.get("date_published")) or _moment(item.get("date_modified"))
    return {
        "id": _text(item.get("id")),
        "title": _escaped(_text(item.get("title"))),
        "link": _text(item.get("url")) or _text(item.get("external_url")),
        "summary": _escaped(_text(item.get("summary"))) or body,
        "authors": _people(item) or everybody,
        "published_parsed": moment.timetuple() if moment else None,
    }


def _people(thing: dict[str, Any]) -> list[dict[str, str]]:
    authors = thing.get("authors")
    found = authors if isinstance(authors, list) and authors else [thing.get("author")]
    return [{"name": _escaped(_text(author.get("name")))} for author in found if isinstance(author, dict)]


def _moment(value: Any) -> datetime | None:
    with suppress(ValueError, OverflowError):
        moment = datetime.fromisoformat(_text(value))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    return None


def _text(value: Any) -> str:
    return str(value) if isinstance(value, str | int | float) else ""


def _escaped(text: str) -> str:
    """Plain text as markup: what reads feeds takes every title and summary for HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;")
