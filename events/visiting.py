"""Answers without an account, to public events: they count once the owner of the address has pressed the button."""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.guarding import listing
from cop.notifications.models import Subscriber
from events import answering
from events.locking import locked
from events.models import Answerers, Occurrence
from events.ringing import ring
from events.rsvp_models import Answer, Owed, Rsvp
from members.audiences import Audience


def is_open_to_visitors(occurrence: Occurrence) -> bool:
    """Whether somebody without an account may answer."""
    return occurrence.event.audience == Audience.PUBLIC and occurrence.event.answerers == Answerers.READERS


def ask(
    occurrence: Occurrence,
    *,
    address: str,
    name: str,
    answer: str,
    guests: int = 0,
    line: str = "",
    zone: str = "UTC",
    at: datetime | None = None,
) -> None:
    """Keep what a visitor typed, and mail the button that makes it count: the same few steps for every address.

    Of an answer that counts already nothing is changed: its owner gets the page's address once more.
    """
    at = at or timezone.now()
    if not is_open_to_visitors(occurrence):
        raise Refused(_("Only members of the community can answer here."))
    listing.refuse_listed({"name": name, "line": line}, community=occurrence.event.community)
    with transaction.atomic():
        row = locked(occurrence)
        answering.refuse_unless_open(row, at)
        answering.name_for_calendars(row)
        subscriber, _new = Subscriber.objects.get_or_create(address=address, defaults={"timezone": zone})
        rsvp, _is_new = Rsvp.objects.get_or_create(
            occurrence=row, subscriber=subscriber, defaults={"answer": answer, "name": name}
        )
        if rsvp.confirmed_at is None:
            rsvp.answer, rsvp.name, rsvp.line = answer, name, line.strip()[:500]
            rsvp.guests = min(guests, row.event.guests_most) if answer == Answer.COMING else 0
        rsvp.owed, rsvp.owed_at = Owed.CONFIRM, at
        rsvp.save()
        transaction.on_commit(partial(ring, "tell_answers"))


def confirm(rsvp: Rsvp, *, answer: str, guests: int, line: str, at: datetime | None = None) -> Rsvp:
    """Let a visitor's answer count, as its owner wants it now; a user's own where the address is an account's."""
    at = at or timezone.now()
    subscriber = rsvp.subscriber
    person = (
        subscriber.user if subscriber and subscriber.user and rsvp.confirmed_at is None else subscriber or rsvp.user
    )
    assert person is not None  # noqa: S101 - the table's own condition
    return answering.answer(rsvp.occurrence, person=person, answer=answer, guests=guests, line=line, at=at)
