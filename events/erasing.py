"""What events erase of somebody who closed their account: answers, votes, and who hosted."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import ngettext

from cop.notifications.models import Subscriber
from cop.notifications.reader_data import Held
from events.answering import settle
from events.exported import answers
from events.locking import locked
from events.models import Event, Occurrence
from events.poll_models import DateVote
from events.rsvp_models import Rsvp
from members.carrying_out import deleting
from members.closing_models import AccountClosing
from members.models import User
from members.packing import Part


def held(user: User) -> list[str]:
    """Say how many events somebody answered."""
    count = Rsvp.objects.filter(user=user).count()
    return (
        [ngettext("%(count)d answer to an event", "%(count)d answers to events", count) % {"count": count}]
        if count
        else []
    )


def _answers(closing: AccountClosing) -> QuerySet[Rsvp]:
    return Rsvp.objects.filter(user=closing.user) if closing.is_removed else Rsvp.objects.none()


def _votes(closing: AccountClosing) -> QuerySet[DateVote]:
    return DateVote.objects.filter(user=closing.user) if closing.is_removed else DateVote.objects.none()


def hosting(closing: AccountClosing, after: int) -> int | None:
    """Name them as a host no more."""
    if closing.is_hidden:
        Event.hosts.through.objects.filter(user=closing.user).delete()
    return None


def forget_reader(subscriber: Subscriber) -> None:
    """Delete an outside reader's answers; the places go to who waits."""
    for occurrence in Occurrence.objects.filter(rsvps__subscriber=subscriber).order_by("pk"):
        with transaction.atomic():
            row = locked(occurrence)
            row.rsvps.filter(subscriber=subscriber).delete()
            settle(row, at=timezone.now())


def give_reader(subscriber: Subscriber) -> Part:
    """Give an outside reader's answers."""
    yield answers(Rsvp.objects.filter(subscriber=subscriber))


def keys_of(subscriber: Subscriber) -> list[str]:
    """Give under which keys mails about events went to an outside reader."""
    return list(Rsvp.objects.filter(subscriber=subscriber).values_list("token", flat=True))


READERS = Held(give=give_reader, forget=forget_reader, keys=keys_of)

STEPS = {"answers": deleting(_answers), "date-votes": deleting(_votes), "hosting": hosting}
