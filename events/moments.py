"""Wall time and moments: an event keeps the clock of its place, each occurrence the moment it comes to in UTC."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

# A slot names an occurrence by its place in the series: wall time as RFC 5545 writes it, a date alone for whole days.
SLOT_TIME = "%Y%m%dT%H%M%S"
SLOT_DAY = "%Y%m%d"
SHORTEST = timedelta(minutes=1)


@cache
def zone_of(name: str) -> ZoneInfo:
    """Give the zone of an IANA name that was checked when it was saved."""
    return ZoneInfo(name)


def wall(day: date, at: time | None) -> datetime:
    """Give wall time without a zone; midnight where the whole day is meant."""
    return datetime.combine(day, at or time())


def to_utc(moment: datetime, zone: str) -> datetime:
    """Give the moment at which clocks in `zone` show `moment` (naive).

    A time that clocks skip that night is read with the offset before the change (02:30 becomes 03:30), of one that
    comes twice the first is meant: both as RFC 5545, 3.3.5 says.
    """
    return moment.replace(tzinfo=zone_of(zone), fold=0).astimezone(UTC)


def to_wall(moment: datetime, zone: str) -> datetime:
    """Give what clocks in `zone` show at a moment, naive."""
    return moment.astimezone(zone_of(zone)).replace(tzinfo=None, fold=0)


def span(starts: datetime, length: timedelta, zone: str) -> tuple[datetime, datetime]:
    """Give start and end, as moments, of what begins at wall time `starts` and lasts `length` by the clock.

    In the night when an hour is skipped the clock may say that it ends before it begins: then it lasts that long.
    """
    begin, end = to_utc(starts, zone), to_utc(starts + length, zone)
    return begin, end if end > begin else begin + max(length, SHORTEST)


def is_skipped(moment: datetime, zone: str) -> bool:
    """Whether clocks in `zone` never show this wall time, because they are put forward over it."""
    return to_wall(to_utc(moment, zone), zone) != moment


def is_repeated(moment: datetime, zone: str) -> bool:
    """Whether clocks in `zone` show this wall time twice, because they are put back."""
    there = moment.replace(tzinfo=zone_of(zone))
    return there.replace(fold=0).utcoffset() != there.replace(fold=1).utcoffset() and not is_skipped(moment, zone)


def slot_of(moment: datetime, *, is_all_day: bool) -> str:
    """Give the slot of an occurrence that begins at wall time `moment`."""
    return moment.strftime(SLOT_DAY if is_all_day else SLOT_TIME).rjust(8 if is_all_day else 15, "0")


def wall_text(moment: datetime) -> str:
    """Give wall time as `read_slot` reads it."""
    return slot_of(moment, is_all_day=False)


def read_slot(slot: str) -> datetime:
    """Give the wall time that a slot, or `wall_text`, says; raise ValueError for a text that is none."""
    return datetime.strptime(slot, SLOT_TIME if "T" in slot else SLOT_DAY)
