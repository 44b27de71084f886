"""Mails that answer a mail: asked back, refused with its words given back, or told what came of it."""

from typing import Any

from django.utils import timezone

from cop.base.addresses import key_of
from cop.base.limits import within_limit
from cop.base.links import absolute, absolute_url
from cop.mail import outbox
from cop.mail.arriving import Arrived
from cop.mail.incoming_models import IncomingMessage
from cop.mail.models import Mailing
from cop.mail.routes import Doubt, Taken

ANSWERS_A_DAY = 20
A_DAY = 86_400


def ask(row: IncomingMessage, arrived: Arrived, doubt: Doubt) -> Mailing | None:
    """Ask whether a mail is theirs, by a page with one button."""
    if not _may_answer(doubt.address):
        return None
    context = {"confirm_url": absolute_url("incoming:held", row.token), "why": doubt.why, "others": bool(doubt.place)}
    return _send("incoming_held", row, arrived, to=doubt.address, context=context)


def refuse(row: IncomingMessage, arrived: Arrived, sentence: str) -> Mailing | None:
    """Say why a mail was not taken, and give its words back: once a day for the same reason."""
    if row.is_let_in:  # Who let it in reads what became of it; the address that it came from may be forged.
        return None
    # The same person under `+tag` is the same person; what they are told once a day they know.
    once = within_limit("mail-refused", f"{key_of(arrived.sender)}:{sentence}", times=1, seconds=A_DAY)
    if not once or not _may_answer(arrived.sender):
        return None
    return _send("incoming_refused", row, arrived, to=arrived.sender, context={"sentence": sentence})


def acknowledge(row: IncomingMessage, arrived: Arrived, taken: Taken) -> Mailing | None:
    """Say what came of a mail."""
    if row.is_let_in or not _may_answer(arrived.sender):
        return None
    url = absolute(taken.url) if taken.url.startswith("/") else taken.url
    return _send("incoming_done", row, arrived, to=arrived.sender, context={"line": taken.line, "url": url})


def _may_answer(address: str) -> bool:
    """Whether one more answer may go to this address today: two machines must not talk to each other for long."""
    return bool(address) and within_limit("mail-answers", key_of(address), times=ANSWERS_A_DAY, seconds=A_DAY)


def _send(name: str, row: IncomingMessage, arrived: Arrived, *, to: str, context: dict[str, Any]) -> Mailing:
    above = (
        {"In-Reply-To": f"<{row.message_id}>", "References": f"<{row.message_id}>"} if _is_plain(row.message_id) else {}
    )
    return outbox.send(
        name,
        to=to,
        context={"subject": row.subject, "text": arrived.text[:5000], "sender": arrived.sender, **context},
        dedupe_key=f"{name}:{row.pk}:{timezone.now():%Y%m%d}",
        headers={"Auto-Submitted": "auto-replied", **above},
    )


def _is_plain(message_id: str) -> bool:
    return bool(message_id) and message_id.isascii() and message_id.isprintable() and not set(message_id) & set("<> ")
