"""Times in words: where it takes place, and beside that for whoever reads."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from events import moments
from events.models import Occurrence


def when(occurrence: Occurrence) -> str:
    """Give day and hours by the clock of the place: “Tuesday, March 24, 2026, 6 p.m. – 7 p.m.”"""
    return _span(occurrence.starts, occurrence.ends, is_all_day=occurrence.event.is_all_day)


def when_for(occurrence: Occurrence, zone: str) -> str:
    """Give the same in another zone; nothing where clocks show the same there, or for whole days."""
    if occurrence.event.is_all_day:
        return ""
    starts, ends = moments.to_wall(occurrence.starts_at, zone), moments.to_wall(occurrence.ends_at, zone)
    if (starts, ends) == (occurrence.starts, occurrence.ends):
        return ""
    is_same_day = starts.date() == ends.date() == occurrence.starts.date()
    return _hours(starts, ends) if is_same_day else _span(starts, ends, is_all_day=False)


def zone_shown(zone: str) -> str:
    """Give a zone as people say it: “Berlin time”."""
    city = zone.rpartition("/")[2].replace("_", " ")
    return "UTC" if zone == "UTC" else _("%(city)s time") % {"city": city}


def reader_zone() -> str:
    """Give the name of the zone in which the page is read."""
    return timezone.get_current_timezone_name()


def _span(starts: datetime, ends: datetime, *, is_all_day: bool) -> str:
    if is_all_day:
        first = _day(starts)
        return first if starts.date() >= ends.date() else f"{first} – {_day(ends)}"
    if starts.date() == ends.date():
        return f"{_day(starts)}, {_hours(starts, ends)}"
    return f"{_day(starts)}, {_hour(starts)} – {_day(ends)}, {_hour(ends)}"


def _hours(starts: datetime, ends: datetime) -> str:
    return f"{_hour(starts)} – {_hour(ends)}"


def _day(moment: datetime) -> str:
    return date_format(moment, "l, ") + date_format(moment, "DATE_FORMAT")


def _hour(moment: datetime) -> str:
    return time_format(moment.time(), "TIME_FORMAT")


def moment_for(moment: datetime, zone: str) -> str:
    """Give one moment by the clock of a zone."""
    there = moments.to_wall(moment, zone)
    return f"{_day(there)}, {_hour(there)} ({zone_shown(zone)})"
