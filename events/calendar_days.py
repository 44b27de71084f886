"""The days of a month or a week by the reader's clock, with what takes place on each: bounded, in a few queries."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from events import moments
from events.models import Occurrence, OccurrenceQuerySet
from events.rsvp_models import Rsvp

# More than anybody has: the days of so many are counted, and shown are the first of each day.
LOOKED_AT = 20_000
SHOWN_A_DAY = {"month": 5, "week": 40}


@dataclass
class Day:
    """One day of a month or week as the reader's clock has it."""

    day: date
    is_inside: bool = True
    is_today: bool = False
    entries: list[Occurrence] = field(default_factory=list)
    more: int = 0
    week_url: str = ""


def days_of(
    request: HttpRequest, rows: OccurrenceQuerySet, start: date, end: date, view: str, name: tuple[str, ...]
) -> list[Day]:
    """Give the days from `start` up to `end` with the first few of what takes place on each, in three queries."""
    zone, today = timezone.get_current_timezone(), timezone.localdate()
    days = {
        day: Day(day, is_today=day == today)
        for day in (start + timedelta(days=number) for number in range((end - start).days))
    }
    ids: dict[date, list[int]] = {day: [] for day in days}
    # Whole days are the same everywhere: those at the edges may lie outside of the reader's own day.
    near = rows.between(_midnight(start, zone) - timedelta(days=1), _midnight(end, zone) + timedelta(days=1))
    found = near.order_by("starts_at", "pk").select_related(None).defer(None)
    times = found.values_list("pk", "starts_at", "ends_at", "event__timezone", "event__first_time")
    for pk, starts_at, ends_at, event_zone, begin in times[:LOOKED_AT]:
        first, last = _first_and_last(starts_at, ends_at, event_zone, begin)
        day = max(first, start)
        while day <= last and day in ids:
            ids[day].append(pk)
            day += timedelta(days=1)
    most = SHOWN_A_DAY[view]
    shown = rows.in_bulk({pk for day_ids in ids.values() for pk in day_ids[:most]})
    put_answers(request, list(shown.values()))
    for day, day_ids in ids.items():
        days[day].entries = [shown[pk] for pk in day_ids[:most]]
        days[day].more = max(0, len(day_ids) - most)
        days[day].week_url = reverse(name[0], args=[*name[1:], *day.isocalendar()[:2]])
    return list(days.values())


def _midnight(day: date, zone: Any) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone if isinstance(zone, ZoneInfo) else UTC)


def _first_and_last(starts_at: datetime, ends_at: datetime, zone: str, begin: time | None) -> tuple[date, date]:
    """Give first and last day for the reader; what ends at midnight ends the day before."""
    last_moment = ends_at - timedelta(seconds=1)
    if begin is None:
        return moments.to_wall(starts_at, zone).date(), moments.to_wall(last_moment, zone).date()
    first = timezone.localtime(starts_at).date()
    return first, max(first, timezone.localtime(last_moment).date())


def put_answers(request: HttpRequest, entries: list[Occurrence]) -> None:
    """Let each entry know what the reader answered; one query for all."""
    if not request.user.is_authenticated or not entries:
        return
    mine = Rsvp.objects.filter(user=request.user.pk, occurrence__in=[entry.pk for entry in entries])
    answers = dict(mine.values_list("occurrence", "answer"))
    for entry in entries:
        entry.my_answer = answers.get(entry.pk, "")  # type: ignore[attr-defined]
