"""Quiet hours: between two hours of the reader's own day no mail comes; what is due then comes when they end."""

import zoneinfo
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db.models import Case, DateTimeField, Value, When

if TYPE_CHECKING:
    from cop.notifications.querysets import SubscriptionQuerySet

# So many different hours and zones are told apart in one statement; who is beyond them gets the mail at once.
MOST = 200


def quiet_until(at: datetime, *, zone: str, first: int, last: int) -> datetime | None:
    """Give when the quiet hours end that `at` lies in, from `first` o'clock to `last`; None outside of them."""
    if first == last:
        return None
    own = zoneinfo.ZoneInfo(zone)
    here = at.astimezone(own)
    is_quiet = first <= here.hour < last if first < last else here.hour >= first or here.hour < last
    if not is_quiet:
        return None
    day = here.date() + timedelta(days=1 if here.hour >= last else 0)
    return datetime.combine(day, time(last), tzinfo=own).astimezone(UTC)


def due_at(rows: "SubscriptionQuerySet", at: datetime) -> Case | None:
    """Give, as an expression over subscriptions, when a mail of this moment is due; None where nobody is quiet."""
    names = ("subscriber__timezone", "subscriber__quiet_from", "subscriber__quiet_to")
    found = rows.filter(subscriber__quiet_from__isnull=False).order_by().values_list(*names).distinct()[:MOST]
    ends = [(key, quiet_until(at, zone=key[0], first=key[1], last=key[2])) for key in found if key[2] is not None]
    cases = [When(**dict(zip(names, key, strict=True)), then=Value(end)) for key, end in ends if end]
    return Case(*cases, default=Value(at), output_field=DateTimeField()) if cases else None
