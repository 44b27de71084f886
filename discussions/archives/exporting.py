"""Giving a topic, a forum or a community out again: as mbox, which mail programs read, and as JSON, line by line.

Both are made while they are sent. What was hidden or deleted is not in them, and no address is.
"""

import json
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from discussions.models import Reply, Topic

NOBODY = f"nobody@{settings.SITE_HOST}"


def replies_of(topics: QuerySet[Topic]) -> QuerySet[Reply]:
    """Give the messages of topics in an order in which each comes after what it answers."""
    rows = Reply.objects.standing().filter(topic__in=topics)
    return rows.select_related("topic", "author", "guest", "parent").order_by("topic_id", "path")


def id_of(reply: Reply) -> str:
    """Give the Message-ID of a reply: that of its mail, or one made from its number."""
    return reply.message_id or f"reply-{reply.pk}@{settings.SITE_HOST}"


def as_mbox(topics: QuerySet[Topic]) -> Iterator[bytes]:
    """Give the messages as an mbox file (RFC 4155), one after the other."""
    for reply in replies_of(topics).iterator(chunk_size=200):
        yield f"From {NOBODY} {reply.posted_at:%a %b %d %H:%M:%S %Y}\n".encode()
        data = _mail(reply).as_bytes().replace(b"\r\n", b"\n")
        yield b"\n".join(b">" + line if _is_from(line) else line for line in data.split(b"\n"))
        yield b"\n\n"


def _is_from(line: bytes) -> bool:
    return line.lstrip(b">").startswith(b"From ")


def _mail(reply: Reply) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = f'"{_plain(reply.author_name)}" <{NOBODY}>'
    subject = _plain(reply.topic.title)
    mail["Subject"] = subject if reply.parent_id is None else f"Re: {subject}"
    mail["Date"] = format_datetime(reply.posted_at)
    mail["Message-ID"] = f"<{id_of(reply)}>"
    if reply.parent:
        mail["In-Reply-To"] = mail["References"] = f"<{id_of(reply.parent)}>"
    # The author by number, so that two of one name stay two when it is read in again.
    mail["X-Author"] = f"user-{reply.author_id}" if reply.author_id else f"guest-{reply.guest_id}"
    mail.set_content(reply.body)
    return mail


def _plain(text: str) -> str:
    return " ".join(text.replace('"', "'").replace("\\", "").split())


def as_json(topics: QuerySet[Topic]) -> Iterator[str]:
    """Give the messages as JSON, one object a line."""
    for reply in replies_of(topics).iterator(chunk_size=200):
        yield json.dumps(_row(reply), ensure_ascii=False) + "\n"


def _row(reply: Reply) -> dict[str, Any]:
    return {
        "id": reply.pk,
        "message_id": id_of(reply),
        "answers": reply.parent_id,
        "topic": reply.topic_id,
        "title": reply.topic.title,
        "kind": reply.topic.kind,
        "author": reply.author_name,
        "posted_at": reply.posted_at.isoformat(),
        "body": reply.body,
        "accepted": reply.accepted_at is not None,
    }
