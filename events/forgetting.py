"""What becomes of somebody's answers when their account is closed."""

from django.utils import timezone

from events.answering import settle
from events.calendar_models import PersonalCalendar
from events.locking import locked
from events.models import Occurrence
from events.poll_models import DateVote
from events.rsvp_models import Rsvp
from members.models import User


def forget(user: User, shown_before: str) -> None:
    """Free the places at what is to come; of what was, keep who was there and what they took along."""
    at = timezone.now()
    coming = Occurrence.objects.filter(rsvps__user=user, ends_at__gt=at)
    for occurrence in coming.order_by("pk"):
        row = locked(occurrence)
        row.rsvps.filter(user=user).delete()
        settle(row, at=at)
    Rsvp.objects.filter(user=user).update(line="", owed="", owed_at=None)
    DateVote.objects.filter(user=user, proposal__poll__closed_at=None).delete()
    PersonalCalendar.objects.filter(user=user).delete()
