"""What events erase of somebody who closed their account: answers, votes, and who hosted."""

from django.db.models import QuerySet
from django.utils.translation import ngettext

from events.models import Event
from events.poll_models import DateVote
from events.rsvp_models import Rsvp
from members.carrying_out import deleting
from members.closing_models import AccountClosing
from members.models import User


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


STEPS = {"answers": deleting(_answers), "date-votes": deleting(_votes), "hosting": hosting}
