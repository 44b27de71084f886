"""When beats are: hours of weekdays by the clock of the community's zone, as moments (UTC)."""

import zoneinfo
from collections.abc import Collection
from datetime import UTC, datetime, time, timedelta

from cop.notifications.rhythm_models import BeatSlot

# A night on which the clock jumps may bring two beats together: one mail is enough.
LEAST_APART = timedelta(hours=1)


def next_moment(after: datetime, slots: Collection[BeatSlot], timezone: str) -> tuple[datetime, BeatSlot] | None:
    """Give the first moment later than `after` with its slot, or None where there is no slot.

    An hour that the clock skips in spring comes an hour later; of an hour that it strikes twice in autumn, the first
    counts.
    """
    zone = zoneinfo.ZoneInfo(timezone)
    moments = [(_next_of(slot, after, zone), slot) for slot in slots]
    return min(moments, key=lambda pair: (pair[0], pair[1].pk), default=None)


def _next_of(slot: BeatSlot, after: datetime, zone: zoneinfo.ZoneInfo) -> datetime:
    day = after.astimezone(zone).date()
    day += timedelta(days=(slot.weekday - day.weekday()) % 7)
    moment = datetime.combine(day, time(slot.hour), tzinfo=zone).astimezone(UTC)
    if moment > after:
        return moment
    return datetime.combine(day + timedelta(days=7), time(slot.hour), tzinfo=zone).astimezone(UTC)
