"""Reading what was given out as JSON lines: each line becomes a mail again, so that it is taken in as an archive is."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

from discussions.archives.exporting import NOBODY, framed, mail_of

SIGN = b"{"
UNKNOWN_DATE = datetime(1970, 1, 1, tzinfo=UTC)


def as_mails(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Give the lines as an mbox file; a line that nobody can read becomes a message too, so that it is not lost."""
    for line in lines:
        if line.strip():
            yield from framed(*_mail(line))


def _mail(line: bytes) -> tuple[EmailMessage, datetime]:
    try:
        row: dict[str, Any] = json.loads(line)
        at = datetime.fromisoformat(row["posted_at"])
        mail = mail_of(
            title=str(row["title"]),
            name=str(row["author"]),
            by=str(row.get("by") or "somebody"),
            message_id=str(row["message_id"]),
            answers=str(row.get("answers_message_id") or ""),
            body=str(row["body"]),
            at=at,
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        mail, at = EmailMessage(), UNKNOWN_DATE
        mail["From"] = NOBODY
        mail.set_content(line.decode("utf-8", "replace"))
    return mail, at
