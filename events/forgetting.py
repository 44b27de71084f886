"""What becomes of somebody's answers when their account is closed, or when they leave a community."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from events.answering import settle
from events.calendar_models import PersonalCalendar
from events.locking import locked
from events.models import Event, Occurrence
from events.poll_models import DateVote
from events.rsvp_models import Rsvp
from members.models import Community, User


def forget(user: User, shown_before: str) -> None:
    """Free the places at what is to come; of what was, keep who was there and what they took along."""
    at = timezone.now()
    _free_places(user, Occurrence.objects.filter(rsvps__user=user, ends_at__gt=at), at)
    Rsvp.objects.filter(user=user).update(line="", owed="", owed_at=None)
    DateVote.objects.filter(user=user, proposal__poll__closed_at=None).delete()
    PersonalCalendar.objects.filter(user=user).delete()


def leave(user: User, community: Community) -> None:
    """Free the places at what is to come in a community that somebody left, and may not read any more."""
    at = timezone.now()
    coming = Occurrence.objects.filter(event__community=community, rsvps__user=user, ends_at__gt=at)
    readable = Event.objects.visible_to(user).filter(community=community)
    _free_places(user, coming.exclude(event__in=readable.values("pk")), at)


def _free_places(user: User, coming: QuerySet[Occurrence], at: datetime) -> None:
    for occurrence in coming.order_by("pk"):
        row = locked(occurrence)
        row.rsvps.filter(user=user).delete()
        settle(row, at=at)
