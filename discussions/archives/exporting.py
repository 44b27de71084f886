"""Giving a topic, a forum or a community out again as mbox, which mail programs read; json_lines keeps more.

It is made while it is sent. What was hidden or deleted is not in it, and no address is.
"""

from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from django.conf import settings
from django.db.models import QuerySet

from discussions.models import Reply, Topic

NOBODY = f"nobody@{settings.SITE_HOST}"


def replies_of(topics: QuerySet[Topic]) -> QuerySet[Reply]:
    """Give the messages of topics in an order in which each comes after what it answers."""
    rows = Reply.objects.standing().filter(topic__in=topics)
    return rows.select_related("topic__forum", "author", "guest", "parent").order_by("topic_id", "path")


def id_of(reply: Reply) -> str:
    """Give the Message-ID of a reply: that of its mail, or one made from its number."""
    return reply.message_id or f"reply-{reply.pk}@{settings.SITE_HOST}"


def as_mbox(topics: QuerySet[Topic]) -> Iterator[bytes]:
    """Give the messages as an mbox file (RFC 4155), one after the other."""
    for reply in replies_of(topics).iterator(chunk_size=200):
        mail = mail_of(
            title=reply.topic.title,
            name=reply.author_name,
            by=by_number(reply),
            message_id=id_of(reply),
            answers=id_of(reply.parent) if reply.parent else "",
            body=reply.body,
            at=reply.posted_at,
        )
        yield from framed(mail, reply.posted_at)


def framed(mail: EmailMessage, at: datetime) -> Iterator[bytes]:
    """Give a mail as it stands in an mbox file."""
    yield f"From {NOBODY} {at:%a %b %d %H:%M:%S %Y}\n".encode()
    data = mail.as_bytes().replace(b"\r\n", b"\n")
    yield b"\n".join(b">" + line if _is_from(line) else line for line in data.split(b"\n"))
    yield b"\n\n"


def _is_from(line: bytes) -> bool:
    return line.lstrip(b">").startswith(b"From ")


def by_number(reply: Reply) -> str:
    """Give the author by number."""
    return f"user-{reply.author_id}" if reply.author_id else f"guest-{reply.guest_id}"


def mail_of(*, title: str, name: str, by: str, message_id: str, answers: str, body: str, at: datetime) -> EmailMessage:
    """Give a message as a mail from an address that nobody has, one for each author, so that two of a name stay two.

    `answers` is the Message-ID of what it answers, or empty.
    """
    mail = EmailMessage()
    mail["From"] = f'"{_plain(name)}" <{_plain(by)}@nobody.{settings.SITE_HOST}>'
    mail["Subject"] = f"Re: {_plain(title)}" if answers else _plain(title)
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{_plain(message_id)}>"
    if answers:
        mail["In-Reply-To"] = mail["References"] = f"<{_plain(answers)}>"
    mail.set_content(body)
    return mail


def _plain(text: str) -> str:
    return " ".join(text.replace('"', "'").replace("\\", "").split())
