"""How many follow a thing, today and over time."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone

from cop.notifications.models import ByHand, Change, Subscription, SubscriptionEvent

MONTHS = 12


@dataclass(frozen=True)
class Counts:
    """Readers of a thing by where they stand. Those who cannot be reached are not among the confirmed."""

    confirmed: int = 0
    waiting: int = 0
    left: int = 0
    unreachable: int = 0
    by_hand: int = 0


@dataclass(frozen=True)
class Month:
    """What happened in a month, and how many were confirmed at its end."""

    first_day: date
    confirmed: int
    left: int
    total: int


def for_thing(thing_kind: str, thing_id: int) -> Counts:
    """Count the readers of a thing; two queries."""
    is_confirmed = Q(state="confirmed")
    stopped = Q(subscriber__unreachable_at__isnull=False)
    numbers = Subscription.objects.to(thing_kind, thing_id).aggregate(
        confirmed=Count("pk", filter=is_confirmed & ~stopped),
        unreachable=Count("pk", filter=is_confirmed & stopped),
        waiting=Count("pk", filter=Q(state="waiting", expires_at__gt=timezone.now())),
        left=Count("pk", filter=Q(state="left")),
    )
    return Counts(by_hand=ByHand.objects.to(thing_kind, thing_id).open().count(), **numbers)


def over_time(thing_kind: str, thing_id: int, *, at: datetime | None = None) -> list[Month]:
    """Give the last MONTHS months in which something happened, oldest first; one query."""
    events = SubscriptionEvent.objects.filter(
        subscription__thing_kind=thing_kind,
        subscription__thing_id=thing_id,
        what__in=[Change.CONFIRMED, Change.LEFT],
        at__lte=at or timezone.now(),
    )
    rows = (
        events.values(month=TruncMonth("at"))
        .annotate(came=Count("pk", filter=Q(what=Change.CONFIRMED)), went=Count("pk", filter=Q(what=Change.LEFT)))
        .order_by("month")
    )
    months, total = [], 0
    for row in rows:
        total = max(0, total + row["came"] - row["went"])
        months.append(Month(row["month"].date(), row["came"], row["went"], total))
    return months[-MONTHS:]
