"""The JSON that this site gives out: one object a line for each message, written and read here alone.

What is true of a whole topic stands in the line of the message that it opens with.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import IO, Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.timezone import now

from cop.base.tags import TAG_LENGTH, TAGS_A_THING, tags_by_id
from discussions.archives.exporting import by_number, id_of, replies_of
from discussions.models import Forum, Kind, Reply, Starters, Topic
from members.audiences import Audience

AT_ONCE = 200
LONGEST_LINE = 4 * 1024 * 1024
NAME_LENGTH, DESCRIPTION_LENGTH = 80, 1000
UNKNOWN_DATE = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    """The forum that a topic was in, as its line says it."""

    name: str
    slug: str = ""
    description: str = ""
    audience: str = Audience.FACILITATORS
    starters: str = Starters.MEMBERS
    is_archived: bool = False


@dataclass(frozen=True)
class Line:
    """One message as a line says it. `answers` is the Message-ID above, `by` and `site` name its author there."""

    message_id: str
    body: str
    answers: str = ""
    topic: str = ""
    title: str = ""
    kind: str = Kind.DISCUSSION
    name: str = ""
    by: str = ""
    posted_at: datetime = UNKNOWN_DATE
    edited_at: datetime | None = None
    accepted_at: datetime | None = None
    pinned_at: datetime | None = None
    locked_at: datetime | None = None
    trimmed: str = ""
    summary: str = ""
    tags: list[str] = field(default_factory=list)
    forum: Place | None = None


def written(topics: QuerySet[Topic]) -> Iterator[str]:
    """Give the messages of topics, one object a line, each after what it answers; made while they are sent."""
    batch: list[Reply] = []
    for reply in replies_of(topics).iterator(chunk_size=AT_ONCE):
        batch.append(reply)
        if len(batch) == AT_ONCE:
            yield from _lines(batch)
            batch = []
    yield from _lines(batch)


def _lines(batch: list[Reply]) -> Iterator[str]:
    tags = tags_by_id(Topic, [reply.topic_id for reply in batch if reply.is_opening])
    for reply in batch:
        own = _of_topic(reply.topic, tags.get(reply.topic_id, [])) if reply.is_opening else {}
        yield json.dumps({**_of_reply(reply), **own}, ensure_ascii=False) + "\n"


def _of_reply(reply: Reply) -> dict[str, Any]:
    return {
        "id": reply.pk,
        "message_id": id_of(reply),
        "answers": reply.parent_id,
        "answers_message_id": id_of(reply.parent) if reply.parent else None,
        "topic": reply.topic_id,
        "title": reply.topic.title,
        "kind": reply.topic.kind,
        "author": reply.author_name,
        "by": by_number(reply),
        "site": settings.SITE_HOST,
        "posted_at": reply.posted_at.isoformat(),
        "edited_at": _moment(reply.edited_at),
        "body": reply.body,
        "trimmed": reply.trimmed,
        "accepted": reply.accepted_at is not None,
        "accepted_at": _moment(reply.accepted_at),
    }


def _of_topic(topic: Topic, tags: list[tuple[str, str]]) -> dict[str, Any]:
    return {
        "tags": [name for _slug, name in tags],
        "pinned_at": _moment(topic.pinned_at),
        "locked_at": _moment(topic.locked_at),
        "summary": topic.summary,
        "forum": _of_forum(topic.forum) if topic.forum else None,
    }


def _of_forum(forum: Forum) -> dict[str, Any]:
    return {
        "name": forum.name,
        "slug": forum.slug,
        "description": forum.description,
        "audience": forum.audience,
        "starters": forum.starters,
        "archived": forum.is_archived,
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def lines_of(file: IO[bytes]) -> Iterator[bytes]:
    """Give the lines that hold anything; of one that has no end only the start."""
    while line := file.readline(LONGEST_LINE):
        rest = line
        while len(rest) == LONGEST_LINE and not rest.endswith(b"\n"):
            rest = file.readline(LONGEST_LINE)
        if line.strip():
            yield line


def read(line: bytes, digest: str) -> Line:
    """Read a line; one that nobody can read becomes a message with its text, so that it is not lost."""
    try:
        return _read(json.loads(line))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        return Line(f"{digest[:32]}@without-id", line.decode("utf-8", "replace").replace("\0", ""))


def _read(row: dict[str, Any]) -> Line:
    site = str(row.get("site") or settings.SITE_HOST)
    # An address, where another program wrote the file, so that whoever proves it can claim what is theirs.
    by = str(row.get("address") or f"{row.get('by') or 'somebody'}@nobody.{site}")
    at = _at(row["posted_at"]) or UNKNOWN_DATE
    return Line(
        message_id=_text(row["message_id"])[:255],
        body=_text(row["body"]),
        answers=_text(row.get("answers_message_id"))[:255],
        topic=str(row.get("topic") or ""),
        title=_text(row["title"]),
        kind=row["kind"] if row.get("kind") in Kind.values else Kind.DISCUSSION,
        name=_text(row["author"]),
        by=by,
        posted_at=at,
        edited_at=_at(row.get("edited_at")),
        accepted_at=_at(row.get("accepted_at")) or (at if row.get("accepted") is True else None),
        pinned_at=_at(row.get("pinned_at")),
        locked_at=_at(row.get("locked_at")),
        trimmed=_text(row.get("trimmed")),
        summary=_text(row.get("summary")),
        tags=_tags(row.get("tags")),
        forum=_place(row.get("forum")),
    )


def _place(value: object) -> Place | None:
    """Read a forum; who may read it is taken to be as few as can be where that cannot be read."""
    given = value if isinstance(value, dict) else {}
    name = " ".join(_text(given.get("name")).split())[:NAME_LENGTH]
    if not name:
        return None
    audience, starters = given.get("audience"), given.get("starters")
    return Place(
        name=name,
        slug=_text(given.get("slug")),
        description=_text(given.get("description"))[:DESCRIPTION_LENGTH],
        audience=audience if audience in Audience.values else Audience.FACILITATORS,
        starters=starters if starters in Starters.values else Starters.MEMBERS,
        is_archived=given.get("archived") is True,
    )


def _text(value: object) -> str:
    return str(value or "").replace("\0", "").replace("\r\n", "\n")


def _at(value: object) -> datetime | None:
    """Read a moment; one without a zone is UTC, one to come is now."""
    if not value:
        return None
    at = datetime.fromisoformat(str(value))
    return min(at if at.tzinfo else at.replace(tzinfo=UTC), now())


def _tags(value: object) -> list[str]:
    given = value if isinstance(value, list) else []
    names = [" ".join(_text(one).replace(",", " ").split())[:TAG_LENGTH] for one in given]
    kept = {name.casefold(): name for name in names if any(char.isalnum() for char in name)}
    return list(kept.values())[:TAGS_A_THING]
