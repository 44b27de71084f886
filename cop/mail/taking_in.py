"""Taking mail in: every door ends here. A mail is stored as it came; what becomes of it is seen to later."""

import hashlib
import logging
from collections.abc import Sequence
from email.message import Message

from celery import current_app
from django.conf import settings
from django.db import IntegrityError, transaction
from kombu.exceptions import OperationalError

from cop.mail import arriving, letters, own_addresses
from cop.mail.incoming_models import IncomingMessage

logger = logging.getLogger(__name__)

# So many addresses of ours may share one mail; nobody writes to more.
RECIPIENTS_LIMIT = 10
CUT_TO = 1_000_000
# What a server adds on the way differs from door to door, and does not make it another mail.
SAME = ("From", "Date", "Subject", "Message-ID", "In-Reply-To", "Content-Type")


def take_in(
    raw: bytes, *, door: str, envelope_sender: str | None = None, recipients: Sequence[str] = ()
) -> list[IncomingMessage]:
    """Store a mail, once for each of our addresses that it came to, and ring; give what was new.

    Without `recipients` the headers say for whom it is. A mail to nobody here is kept as well: somebody may ask for it.
    """
    is_cut = len(raw) > settings.INCOMING_LIMIT
    raw = raw[:CUT_TO] if is_cut else raw
    message = arriving.parse(raw)
    ours = list(dict.fromkeys(one.strip().strip("<>") for one in recipients if own_addresses.read(one)))
    rows = []
    for recipient in ours[:RECIPIENTS_LIMIT] or [arriving.own_address_of(message)]:
        row = IncomingMessage(
            raw=raw,
            is_cut=is_cut,
            door=door,
            digest=_digest(raw, message, recipient),
            message_id=letters.message_id_of(message),
            # A report has an empty sender, which is not the same as none known.
            envelope_sender="" if envelope_sender is None else (envelope_sender[:320] or "<>"),
            recipient=recipient[:320],
            sender=arriving.sender_of(message),
            subject=arriving.header(message, "Subject")[:300],
        )
        if _store(row):
            rows.append(row)
    if rows:
        transaction.on_commit(ring)
    return rows


def _digest(raw: bytes, message: Message, recipient: str) -> str:
    body = raw[len(arriving.head_of(raw)) :]
    lines = [arriving.header(message, name) for name in SAME]
    text = "\n".join([recipient.lower(), *lines]).encode("utf-8", "replace")
    return hashlib.sha256(text + b"\n" + body.replace(b"\r\n", b"\n").strip()).hexdigest()


def _store(row: IncomingMessage) -> bool:
    if IncomingMessage.objects.filter(digest=row.digest).exists():
        return False
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # Another door, or the same one again, was quicker.
        return False
    return True


def ring() -> None:
    """Ask a worker to look; where the broker does not answer, the next minute's bell does it."""
    try:
        current_app.send_task("cop.mail.tasks.handle_incoming", expires=60)
    except OperationalError:
        logger.warning("The broker did not take the bell; incoming mail is looked at within a minute")
