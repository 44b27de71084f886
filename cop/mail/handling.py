"""Handling what came in: each mail is taken in hand by one worker at a time, and ends in a state with a reason."""

import logging
import secrets
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.base.limits import within_limit
from cop.mail import arriving, asking_back, authenticity, automatic, held, own_addresses
from cop.mail.arriving import Arrived
from cop.mail.incoming_models import IncomingMessage, IncomingState
from cop.mail.routes import Doubt, Ignored, Taken, routes

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
AGAIN_AFTER = timedelta(minutes=5)
MOST_ATTEMPTS = 5
AT_ONCE = 100
MAILS_AN_HOUR = 60
EXCERPT_LENGTH = 5000
FILES_NAMED = 10


def handle_due(*, most: int = AT_ONCE) -> int:
    """Handle what waits, the oldest first; give how many mails that was."""
    at = timezone.now()
    waiting = IncomingMessage.objects.filter(state=IncomingState.WAITING, due_at__lte=at).order_by("due_at", "pk")
    return sum(handle(row) for row in waiting.defer("raw")[:most])


def handle(row: IncomingMessage) -> bool:
    """See to one mail that waits; tell whether it was ours to do."""
    lease = timezone.now() + LEASE
    waiting = IncomingMessage.objects.filter(pk=row.pk, state=IncomingState.WAITING, due_at=row.due_at)
    if not waiting.update(due_at=lease, attempts=row.attempts + 1):
        return False
    row.refresh_from_db()
    try:
        _see_to(row)
    except Exception as error:
        logger.exception("Incoming mail %s failed", row.pk)
        _fail(row, error)
    return True


def confirm(row: IncomingMessage) -> IncomingMessage:
    """Let a held mail go its way, as that of whoever was asked; one that is not held any more stays as it is."""
    if release(row):
        handle(row)
    row.refresh_from_db()
    return row


def release(row: IncomingMessage, *, is_let_in: bool = False) -> bool:
    """Let a held mail wait for `handle`, as that of whoever was asked; tell whether that was new.

    `is_let_in` says that somebody else than who was asked does it: then nobody is answered at the address it came from.
    """
    at = timezone.now()
    # Its token stays, so that the same link shows what came of it.
    return _change_held(
        row, state=IncomingState.WAITING, due_at=at, confirmed_at=at, is_let_in=is_let_in, attempts=0, reason=""
    )


def discard(row: IncomingMessage, *, reason: str = "") -> bool:
    """End a held mail, at the wish of whoever was asked unless `reason` says otherwise; tell whether that was new."""
    words = reason or _("Whoever was asked said that it is not theirs.")
    return _change_held(row, state=IncomingState.IGNORED, reason=words[:500], ended_at=timezone.now())


def _change_held(row: IncomingMessage, **fields: Any) -> bool:
    """Change a mail that is held still: of several who decide at once, one does."""
    with transaction.atomic():
        if not IncomingMessage.objects.filter(pk=row.pk, state=IncomingState.HELD).update(**fields):
            return False
        row.refresh_from_db()
        held.tell(row)
    return True


def again(row: IncomingMessage) -> IncomingMessage:
    """Run a mail again that went nowhere; what it did already is not done twice."""
    ended = IncomingMessage.objects.filter(pk=row.pk).exclude(state=IncomingState.WAITING)
    if ended.update(state=IncomingState.WAITING, due_at=timezone.now(), attempts=0, reason="", ended_at=None):
        row.refresh_from_db()
        handle(row)
    row.refresh_from_db()
    return row


def _see_to(row: IncomingMessage) -> None:
    message = arriving.parse(bytes(row.raw))
    own = own_addresses.read(row.recipient)
    route = routes.get(own.purpose) if own else None
    why = automatic.why_automatic(message, envelope_sender="" if row.envelope_sender == "<>" else None)
    if own is None or route is None:
        _end(row, IncomingState.IGNORED, reason=why or _("It came to no address of ours that is for anything."))
        return
    if why and not route.takes_automatic:
        _end(row, IncomingState.IGNORED, reason=why)
        return
    arrived = arriving.arrived(message, id=row.pk, own=own, once=f"mail:{row.digest[:32]}", raw=bytes(row.raw))
    arrived.verdict, arrived.automatic = authenticity.verdict(message), why
    if row.confirmed_at:
        arrived.who = row.asked_as
    try:
        _refuse_at_once(row, arrived, is_automatic=bool(why))
        taken = route.take(arrived)
    except Doubt as doubt:
        _hold(row, arrived, doubt)
    except Ignored as ignored:
        _end(row, IncomingState.IGNORED, reason=str(ignored))
    except (Refused, PermissionDenied) as refused:
        sentence = " ".join(refused.messages) if isinstance(refused, Refused) else str(refused)
        _end(row, IncomingState.REFUSED, reason=sentence)
        asking_back.refuse(row, arrived, sentence)
    else:
        _finish(row, arrived, taken)


def _refuse_at_once(row: IncomingMessage, arrived: Arrived, *, is_automatic: bool) -> None:
    if is_automatic:
        return
    if not arrived.sender:
        raise Ignored(_("Its From line names no one address."))
    if row.is_cut:
        raise Refused(_("Your mail is too large. Send it without its attachments, or put them on the page."))
    if not within_limit("mail-in", arrived.sender, times=MAILS_AN_HOUR, seconds=3600):
        raise Refused(_("Very many mails came from your address. Try again in an hour."))


def _finish(row: IncomingMessage, arrived: Arrived, taken: Taken) -> None:
    row.made = taken.made[:40]
    _end(row, IncomingState.DONE, url=taken.url, reason=taken.note)
    if taken.line:
        asking_back.acknowledge(row, arrived, taken)


def _hold(row: IncomingMessage, arrived: Arrived, doubt: Doubt) -> None:
    row.token = row.token or secrets.token_urlsafe(24)
    row.asked, row.asked_as = doubt.address[:254], doubt.who
    row.held_for, row.doubt, row.excerpt = doubt.place, doubt.kind, _excerpt(arrived) if doubt.place else ""
    row.save(update_fields=["token", "asked", "asked_as", "held_for", "doubt", "excerpt"])
    _end(row, IncomingState.HELD, reason=doubt.why, is_ended=False)
    asking_back.ask(row, arrived, doubt)


def _excerpt(arrived: Arrived) -> str:
    """Give what would be posted of a mail, for somebody who decides about it: words, and the names of its files."""
    text = arrived.text.strip()
    more = len(text) - EXCERPT_LENGTH
    parts = [text[:EXCERPT_LENGTH]]
    if more > 0:
        parts.append(_("(%(count)d characters more)") % {"count": more})
    if arrived.parts:
        names = ", ".join(part.name or part.kind for part in arrived.parts[:FILES_NAMED])
        parts.append(_("Files: %(names)s") % {"names": names})
    return "\n\n".join(part for part in parts if part)


def _fail(row: IncomingMessage, error: Exception) -> None:
    reason = f"{type(error).__name__}: {error}"[:500]
    if row.attempts >= MOST_ATTEMPTS:
        _end(row, IncomingState.FAILED, reason=reason)
    else:
        due_at = timezone.now() + AGAIN_AFTER * row.attempts
        IncomingMessage.objects.filter(pk=row.pk).update(due_at=due_at, reason=reason)


def _end(row: IncomingMessage, state: IncomingState, *, reason: str = "", url: str = "", is_ended: bool = True) -> None:
    row.state, row.reason, row.url = state, reason[:500], url[:500]
    row.ended_at = timezone.now() if is_ended else None
    with transaction.atomic():
        row.save(update_fields=["state", "reason", "url", "made", "ended_at"])
        if row.token:  # Held now, or it was once.
            held.tell(row)
