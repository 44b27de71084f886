"""Reading calendars from elsewhere (RFC 5545) as they are found: broken in every way, and far too large."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _
from icalendar import Calendar
from icalendar.timezone import tzid_from_tzinfo, tzids_from_tzinfo

from cop.base.errors import Refused
from cop.base.zones import zone_names
from events import moments, recurring

SIZE_MOST = 10 * 1024 * 1024
EVENTS_MOST = 5000
DATES_MOST = 5000
RANGE_MOST = 1000
YEARS = range(1900, 2200)
USUAL_LENGTH = timedelta(hours=1)
FOLD = re.compile(rb"\r?\n[ \t]")
# The name of a zone may lead over a folder or a server: /freeassociation.sourceforge.net/Europe/Berlin.
KNOWN_ZONES = zone_names()


@dataclass(frozen=True)
class Zones:
    """How times are read that do not name a zone: those without any, and those in UTC, which some programs write
    though the calendar as a whole has a zone.
    """

    floating: str
    utc: str = "UTC"


@dataclass
class ReadOccurrence:
    """One occurrence that differs from its series."""

    slot: str
    starts: datetime
    ends: datetime
    title: str = ""
    place: str = ""
    is_cancelled: bool = False
    sequence: int = 0


@dataclass
class ReadEvent:
    """One event of a calendar: the model's fields, and the occurrences that differ."""

    uid: str
    fields: dict[str, Any]
    is_cancelled: bool = False
    sequence: int = 0
    changed: list[ReadOccurrence] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """A word that changes when anything here does."""
        return hashlib.sha256(repr((self.fields, self.is_cancelled, self.changed)).encode()).hexdigest()[:32]


@dataclass
class Reading:
    """What a calendar held, and a sentence for each thing in it that could not be taken."""

    name: str
    events: list[ReadEvent]
    problems: list[str]


def read(data: bytes | str, *, zone: str = "UTC") -> Reading:
    """Read a calendar; times without a zone, and zones that nobody knows, are read as `zone`.

    Raises Refused for what is no calendar at all, or too large. What is wrong with one event leaves the others alone.
    """
    calendars = parse(data)
    reading = Reading(name="", events=[], problems=[])
    for calendar in calendars:
        own = str(calendar.get("X-WR-TIMEZONE", ""))
        reading.name = reading.name or str(calendar.get("X-WR-CALNAME", calendar.get("NAME", "")))[:200]
        zones = Zones(own, own) if own in KNOWN_ZONES else Zones(zone)
        _read_calendar(calendar, zones, reading)
    return reading


def parse(data: bytes | str) -> list[Calendar]:
    """Give the calendars in a text; raise Refused where there is none."""
    raw = data.encode() if isinstance(data, str) else data
    if len(raw) > SIZE_MOST:
        raise Refused(_("This calendar is larger than 10 MB. Export a shorter stretch of time, then try again."))
    # Lines are put together as bytes: some programs fold them in the middle of a character.
    text = FOLD.sub(b"", raw.removeprefix(b"\xef\xbb\xbf")).decode("utf-8", "replace").replace("\0", "")
    if "BEGIN:VCALENDAR" not in text.upper():
        raise Refused(_("This is not a calendar. Choose a file that ends in .ics, or the address of one."))
    try:
        found = Calendar.from_ical(text, multiple=True)
    except Exception as error:  # What strangers write raises whatever the library did not think of.
        raise Refused(_("This calendar is damaged and cannot be read.")) from error
    return [calendar for calendar in found if isinstance(calendar, Calendar)]


def first_event(data: bytes | str) -> tuple[Calendar, Any]:
    """Give the first event of a calendar; raise Refused where there is none."""
    for calendar in parse(data):
        for component in calendar.walk("VEVENT"):
            return calendar, component
    raise Refused(_("There is no event in this calendar."))


def _read_calendar(calendar: Calendar, zones: Zones, reading: Reading) -> None:
    series: dict[str, ReadEvent] = {}
    kept: dict[str, int] = {}
    changed: list[Any] = []
    for component in calendar.walk("VEVENT"):
        if len(reading.events) + len(series) >= EVENTS_MOST:
            reading.problems.append(_("Only the first %(most)d events were taken.") % {"most": EVENTS_MOST})
            break
        if component.get("RECURRENCE-ID") is not None:
            changed.append(component)
            continue
        try:
            event = _event(component, zones)
        except (_Unreadable, ValueError, TypeError, AttributeError, OverflowError) as problem:
            reading.problems.append(_said(component, problem))
            continue
        # The same event twice: the later version stands.
        if kept.get(event.uid, -1) <= _number(component.get("SEQUENCE")):
            kept[event.uid] = _number(component.get("SEQUENCE"))
            series[event.uid] = event
    _put_changes(changed, series, zones, reading)
    known = {event.uid for event in reading.events}
    reading.events += [event for event in series.values() if event.uid not in known]


def _put_changes(changed: list[Any], series: dict[str, ReadEvent], zones: Zones, reading: Reading) -> None:
    latest: dict[tuple[str, str], Any] = {}
    ranges: dict[str, list[ReadOccurrence]] = {}
    for component in sorted(changed, key=lambda one: _number(one.get("SEQUENCE"))):
        uid = str(component.get("UID", ""))
        try:
            if uid not in series:  # An occurrence without its series stands for itself.
                series[uid] = alone = _event(component, zones)
                alone.fields |= {"rule": "", "left_out": [], "added": []}
                continue
            latest[uid, _slot(component["RECURRENCE-ID"].dt, series[uid])] = component
        except (_Unreadable, ValueError, TypeError, AttributeError, OverflowError) as problem:
            reading.problems.append(_said(component, problem))
    for (uid, slot), component in latest.items():
        try:
            one = _occurrence(component, slot, series[uid])
        except (_Unreadable, ValueError, TypeError, AttributeError, OverflowError) as problem:
            reading.problems.append(_said(component, problem))
            continue
        series[uid].changed.append(one)
        if component["RECURRENCE-ID"].params.get("RANGE", "").upper() == "THISANDFUTURE":
            ranges.setdefault(uid, []).append(one)
    for uid, ones in ranges.items():
        _put_ranges(series[uid], sorted(ones, key=lambda one: one.slot))


def _put_ranges(event: ReadEvent, ranges: list[ReadOccurrence]) -> None:
    """Let an occurrence that was changed together with all that follow it be followed, up to the next such change."""
    own = {one.slot for one in event.changed}
    starts = moments.wall(event.fields["first_day"], event.fields["first_time"])
    rule = recurring.instances(event.fields["rule"], starts) if event.fields["rule"] else iter(())
    slots = [moments.slot_of(moment, is_all_day="T" not in ranges[0].slot) for moment in islice(rule, RANGE_MOST)]
    for slot in sorted({*slots, *event.fields["added"]} - own - set(event.fields["left_out"])):
        before = [one for one in ranges if one.slot <= slot]
        if before:
            one = before[-1]
            begin = moments.read_slot(slot) + (one.starts - moments.read_slot(one.slot))
            event.changed.append(replace(one, slot=slot, starts=begin, ends=begin + (one.ends - one.starts)))


class _Unreadable(Exception):
    """A component from which no event can be made; `str()` says why."""


def _said(component: Any, problem: Exception) -> str:
    words = str(problem) if isinstance(problem, _Unreadable) else _("it is damaged and cannot be read")
    return f"“{_text(component, 'SUMMARY', 80) or _('without a title')}”: {words}"


def _event(component: Any, zones: Zones) -> ReadEvent:
    starts, ends, zone = _times(component, zones)
    is_all_day = not isinstance(starts, datetime)
    first, last = _wall(starts), _wall(ends)
    fields: dict[str, Any] = {
        "title": _text(component, "SUMMARY", 200) or _("Without a title"),
        "body": _text(component, "DESCRIPTION", 20_000),
        "place": _text(component, "LOCATION", 200),
        "join_url": _link(component),
        "timezone": zone,
        "first_day": first.date(),
        "first_time": None if is_all_day else first.time(),
        "last_day": (last - timedelta(days=1)).date() if is_all_day else last.date(),
        "last_time": None if is_all_day else last.time(),
        "rule": "",
        "left_out": [],
        "added": [],
    }
    event = ReadEvent(uid=_text(component, "UID", 255), fields=fields)
    event.sequence = _number(component.get("SEQUENCE"))
    event.is_cancelled = str(component.get("STATUS", "")).upper() == "CANCELLED"
    if not event.uid:  # The same words on the same day are the same event when the calendar is read again.
        words = f"{fields['title']}|{first.isoformat()}"
        event.uid = f"{hashlib.sha256(words.encode()).hexdigest()[:32]}@without-uid"
    _read_rule(component, event)
    fields["left_out"] = sorted({_slot(value, event) for value in _dates(component, "EXDATE")})[:DATES_MOST]
    _read_added(component, event)
    return event


def _read_rule(component: Any, event: ReadEvent) -> None:
    rules = component.get("RRULE")
    if rules is None:
        return
    rule = (rules[0] if isinstance(rules, list) else rules).to_ical().decode()
    try:
        event.fields["rule"] = recurring.check_rule(rule, zone=event.fields["timezone"])
    except Refused as refused:
        raise _Unreadable(" ".join(refused.messages)) from refused


def _read_added(component: Any, event: ReadEvent) -> None:
    """Take extra dates; of periods, how long each lasts."""
    for value in _dates(component, "RDATE"):
        begin = value[0] if isinstance(value, tuple) else value
        slot = _slot(begin, event)
        event.fields["added"].append(slot)
        if isinstance(value, tuple):
            starts = moments.read_slot(slot)
            length = value[1] if isinstance(value[1], timedelta) else value[1] - value[0]
            if length > timedelta():
                event.changed.append(ReadOccurrence(slot, starts, starts + length))
    event.fields["added"] = sorted(set(event.fields["added"]))[:DATES_MOST]


def _occurrence(component: Any, slot: str, event: ReadEvent) -> ReadOccurrence:
    zone = event.fields["timezone"]
    starts, ends, own_zone = _times(component, Zones(zone, zone))
    begin, end = (_there(value, own_zone, event) for value in (starts, ends))
    title, place = _text(component, "SUMMARY", 200), _text(component, "LOCATION", 200)
    return ReadOccurrence(
        slot=slot,
        starts=begin,
        ends=end,
        title="" if title == event.fields["title"] else title,
        place="" if place == event.fields["place"] else place,
        is_cancelled=str(component.get("STATUS", "")).upper() == "CANCELLED",
        sequence=_number(component.get("SEQUENCE")),
    )


def _times(component: Any, zones: Zones) -> tuple[date | datetime, date | datetime, str]:
    """Give start and end, both dates or both wall times of the zone that comes with them."""
    start = _value(component, "DTSTART")
    if not isinstance(start, date):
        raise _Unreadable(_("it does not say when it begins"))
    if start.year not in YEARS:
        raise _Unreadable(_("its date cannot be right"))
    end, length = _value(component, "DTEND"), _value(component, "DURATION")
    zone = _zone(start, zones)
    if not isinstance(start, datetime):
        days = (end - start).days if isinstance(end, date) and not isinstance(end, datetime) else 0
        days = length.days if isinstance(length, timedelta) else days
        return start, start + timedelta(days=min(max(days, 1), 60)), zone
    starts = _in_zone(start, zone)
    if isinstance(end, datetime):
        ends = _in_zone(end if end.tzinfo or not start.tzinfo else end.replace(tzinfo=start.tzinfo), zone)
    else:
        ends = starts + (length if isinstance(length, timedelta) else USUAL_LENGTH)
    if ends <= starts:
        ends = starts + USUAL_LENGTH
    return starts, min(ends, starts + timedelta(days=60)), zone


def _value(component: Any, name: str) -> Any:
    """Give a date, a time or a length; None where there is none that can be read."""
    try:
        return component.get(name).dt
    except (AttributeError, ValueError):  # The library keeps what is broken, and says so when it is asked.
        return None


def _zone(value: date | datetime, zones: Zones) -> str:
    """Give the IANA zone of a time; the calendar's where it has none, or one that nobody knows."""
    info = getattr(value, "tzinfo", None)
    if info is None:
        return zones.floating
    name = _name_of(info)
    return zones.utc if name == "UTC" else name if name in KNOWN_ZONES else zones.floating


def _name_of(info: tzinfo) -> str:
    if info is UTC or str(info) in ("UTC", "UTC+00:00"):
        return "UTC"
    name = str(tzid_from_tzinfo(info) or "")
    for known in (name, "/".join(name.split("/")[-2:]), *tzids_from_tzinfo(info)):
        if known in KNOWN_ZONES:
            return known
    return ""


def _in_zone(value: datetime, zone: str) -> datetime:
    return moments.to_wall(value, zone) if value.tzinfo else value.replace(fold=0)


def _there(value: date | datetime, zone: str, event: ReadEvent) -> datetime:
    """Give a time as wall time of the event's zone."""
    moment = _wall(value)
    if not isinstance(value, datetime) or zone == event.fields["timezone"]:
        return moment
    return moments.to_wall(moments.to_utc(moment, zone), event.fields["timezone"])


def _wall(value: date | datetime) -> datetime:
    return value if isinstance(value, datetime) else moments.wall(value, None)


def _slot(value: Any, event: ReadEvent) -> str:
    """Give the slot that an exception names: a date means the whole day, a time is turned to the event's zone."""
    fields = event.fields
    if not isinstance(value, date) or value.year not in YEARS:
        raise _Unreadable(_("one of its dates cannot be right"))
    if fields["first_time"] is None:
        return value.strftime(moments.SLOT_DAY)
    if not isinstance(value, datetime):
        value = datetime.combine(value, fields["first_time"])
    return _in_zone(value, fields["timezone"]).strftime(moments.SLOT_TIME)


def _dates(component: Any, name: str) -> Iterator[Any]:
    found = component.get(name, [])
    for number, value in enumerate(_all(found if isinstance(found, list) else [found])):
        if number >= DATES_MOST:
            return
        yield value


def _all(lists: Iterable[Any]) -> Iterator[Any]:
    for values in lists:
        for value in getattr(values, "dts", []):
            yield value.dt


def _text(component: Any, name: str, length: int) -> str:
    value = component.get(name, "")
    value = value[0] if isinstance(value, list) and value else value
    return str(value).replace("\r\n", "\n").strip()[:length] if value else ""


def _link(component: Any) -> str:
    """Give the address to join that a calendar program put into a field of its own."""
    for name in ("X-GOOGLE-CONFERENCE", "CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL"):
        link = _text(component, name, 500)
        if link.startswith(("https://", "http://")):
            return link
    return ""


def _number(value: Any) -> int:
    try:
        return int(value or 0)
    except (TypeError, ValueError):
        return 0
