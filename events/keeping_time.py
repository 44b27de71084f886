"""Putting occurrences right where a zone has changed its rules: six in the evening stays six in the evening."""

import hashlib
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from events import moments
from events.calendar_models import ZoneSeen
from events.expanding import make_occurrences
from events.locking import locked_event
from events.marking import mark_changed
from events.models import Event, EventQuerySet, EventState

YEARS_AHEAD = 4


def rules_of(zone: str, year: int) -> str:
    """Give a word that changes when the clocks of a zone are set otherwise in the years from `year` on."""
    there, day = moments.zone_of(zone), datetime(year, 1, 1, tzinfo=UTC)
    changes: list[tuple[datetime, timedelta | None]] = []
    while day.year < year + YEARS_AHEAD:
        offset = day.astimezone(there).utcoffset()
        if not changes or changes[-1][1] != offset:
            changes.append((day, offset))
        day += timedelta(days=1)
    return f"{year}:{hashlib.sha256(repr(changes).encode()).hexdigest()[:24]}"


def keep_time(at: datetime | None = None) -> int:
    """Make the occurrences to come anew in zones whose rules are not those of the last look; give how many events."""
    at = at or timezone.now()
    known = dict(ZoneSeen.objects.values_list("name", "rules"))
    count = 0
    for zone in list(_coming(at).order_by().values_list("timezone", flat=True).distinct()):
        kept = known.get(zone, "")
        if kept and kept != rules_of(zone, int(kept.partition(":")[0])):
            count += _put_right(zone, at)
        if kept != (rules := rules_of(zone, at.year)):
            ZoneSeen.objects.update_or_create(name=zone, defaults={"rules": rules})
    return count


def _coming(at: datetime) -> EventQuerySet:
    return Event.objects.exclude(state=EventState.CANCELLED).filter(occurrences__ends_at__gt=at)


def _put_right(zone: str, at: datetime) -> int:
    ids = list(_coming(at).filter(timezone=zone).order_by("pk").values_list("pk", flat=True).distinct())
    for event_id in ids:
        with transaction.atomic():
            event = locked_event(Event(pk=event_id))
            make_occurrences(event, at=at)
            mark_changed(event)
    return len(ids)
