"""When a digest is due: an hour of a day, or of a weekday, by the reader's own clock."""

import zoneinfo
from datetime import UTC, date, datetime, time, timedelta

from cop.notifications.models import Pace


def next_slot(after: datetime, *, pace: str, timezone: str, weekday: int, hour: int) -> datetime | None:
    """Give the first moment (UTC) later than `after` at which a digest is due; None where the pace has none.

    `weekday` counts from Monday, 0. An hour that the clock skips in spring comes an hour later; of an hour that it
    strikes twice in autumn, the first counts.
    """
    if pace not in (Pace.DAILY, Pace.WEEKLY):
        return None
    zone = zoneinfo.ZoneInfo(timezone)
    day = after.astimezone(zone).date()
    if pace == Pace.WEEKLY:
        day += timedelta(days=(weekday - day.weekday()) % 7)
    step = timedelta(days=1 if pace == Pace.DAILY else 7)
    slot = _moment(day, hour, zone)
    while slot <= after:
        day += step
        slot = _moment(day, hour, zone)
    return slot


def _moment(day: date, hour: int, zone: zoneinfo.ZoneInfo) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=zone).astimezone(UTC)
