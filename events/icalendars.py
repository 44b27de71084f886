"""iCalendar (RFC 5545) out: what feeds, mails and "add to calendar" give of events."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from icalendar import Event as Component
from icalendar import Timezone, vCalAddress, vText
from icalendar.parser import Contentline

from cop.base.links import absolute
from cop.mail import own_addresses
from cop.mail.composing import KEY, TO
from events import moments
from events.models import Event, Occurrence

NEWLINE = "\r\n"
DESCRIPTION_LENGTH = 2000
# Zones are described as they have been since then and will be until then.
ZONE_SINCE, ZONE_UNTIL = date(2015, 1, 1), date(2038, 1, 1)


def series_text(event: Event, occurrences: Iterable[Occurrence]) -> str:
    """Give an event as components, without a calendar around: the series, and each occurrence that differs."""
    parts = [_series(event)]
    changed = [row for row in occurrences if row.is_moved or row.cancelled_at or row.own_title or row.own_place]
    if event.is_recurring:
        parts += [_changed(row) for row in changed]
    return "".join(part.to_ical().decode() for part in parts)


def calendar_text(texts: Iterable[str], *, zones: Iterable[str], name: str = "", method: str = "") -> str:
    """Give a whole calendar around components that are text already."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//{settings.SITE_HOST}//events//"]
    lines += [f"METHOD:{method}"] if method else []
    if name:
        told = vText(name).to_ical().decode()
        lines += [_folded(f"{key}:{told}") for key in ("NAME", "X-WR-CALNAME")]
        lines += ["REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H"]
    head = NEWLINE.join(lines) + NEWLINE
    described = "".join(_zone_text(zone) for zone in sorted(set(zones)) if zone != "UTC")
    return f"{head}{described}{''.join(texts)}END:VCALENDAR{NEWLINE}"


def occurrence_text(occurrence: Occurrence, *, is_joinable: bool = False) -> str:
    """Give one occurrence as a component of its own, with the link to join only for those who come."""
    return str(_single(occurrence, is_joinable=is_joinable).to_ical().decode())


def occurrences_calendar(occurrences: Sequence[Occurrence], *, name: str = "", is_joinable: bool = False) -> str:
    """Give a calendar of single occurrences."""
    texts = [occurrence_text(row, is_joinable=is_joinable) for row in occurrences]
    return calendar_text(texts, zones={row.event.timezone for row in occurrences}, name=name)


def request_text(occurrences: Sequence[Occurrence], *, method: str, answered: str, is_joinable: bool) -> str:
    """Give the iTIP message (RFC 5546) that invites to occurrences of one event, or takes them back.

    Reader and secret address are marks, which the outbox fills in for each copy: whoever answers this invitation
    answers to an address of their own.
    """
    parts = []
    for row in occurrences:
        part = _single(row, is_joinable=is_joinable)
        organizer = vCalAddress(f"mailto:{reply_address(KEY)}")
        organizer.params["CN"] = vText(row.event.community.name.replace('"', "'"))
        attendee = vCalAddress(f"mailto:{TO}")
        attendee.params["CUTYPE"], attendee.params["ROLE"] = vText("INDIVIDUAL"), vText("REQ-PARTICIPANT")
        attendee.params["PARTSTAT"] = vText(answered)
        if answered == "NEEDS-ACTION":
            attendee.params["RSVP"] = vText("TRUE")
        part["ORGANIZER"], part["ATTENDEE"] = organizer, attendee
        if method == "CANCEL":
            part["STATUS"] = vText("CANCELLED")
        parts.append(part.to_ical().decode())
    text = calendar_text(parts, zones={row.event.timezone for row in occurrences}, method=method)
    lines = text.replace(f"{NEWLINE} ", "").split(NEWLINE)
    return NEWLINE.join(line if KEY in line or TO in line else _folded(line) for line in lines)


def _folded(line: str) -> str:
    """Fold a line after 75 bytes (RFC 5545, 3.1)."""
    return str(Contentline(line).to_ical().decode()) if line else ""


def reply_address(token: str) -> str:
    """Give the secret address to which a calendar program answers for the holder of `token`."""
    return own_addresses.make("events", token) or f"events+{token}@{settings.SITE_HOST}"


def _series(event: Event) -> Component:
    part = _common(event.title, event.place, event.address, event, absolute(event.get_absolute_url()))
    part.add("uid", event.uid)
    part.add("sequence", event.sequence)
    _add_times(part, event.starts, event.starts + event.length, event)
    if event.rule:
        part["RRULE"] = _rule(event)
    for name, slots in (("exdate", event.left_out), ("rdate", event.added)):
        for slot in slots:
            part.add(name, _time(moments.read_slot(slot), event))
    return part


def _rule(event: Event) -> Any:
    """The rule as programs elsewhere want it: an UNTIL in UTC where times have a zone (RFC 5545, 3.3.10)."""
    parts = []
    for part in event.rule.split(";"):
        name, _equals, value = part.partition("=")
        if name == "UNTIL":
            last = moments.read_slot(value)
            value = f"{last:%Y%m%d}" if event.is_all_day else f"{moments.to_utc(last, event.timezone):%Y%m%dT%H%M%SZ}"
        parts.append(f"{name}={value}")
    return _Raw(";".join(parts))


class _Raw(vText):
    """A value that is written as it stands."""

    def to_ical(self) -> bytes:
        return self.encode()


def _changed(occurrence: Occurrence) -> Component:
    event = occurrence.event
    part = _common(
        occurrence.title, occurrence.place, occurrence.address, event, absolute(occurrence.get_absolute_url())
    )
    part.add("uid", event.uid)
    part.add("sequence", event.sequence + occurrence.sequence)
    part.add("recurrence-id", _time(moments.read_slot(occurrence.slot), event))
    _add_times(part, occurrence.starts, _end(occurrence), event)
    if occurrence.cancelled_at:
        part["STATUS"] = vText("CANCELLED")
    return part


def _single(occurrence: Occurrence, *, is_joinable: bool) -> Component:
    event = occurrence.event
    url = absolute(occurrence.get_absolute_url())
    join_url = occurrence.join_url if is_joinable else ""
    part = _common(occurrence.title, occurrence.place, occurrence.address, event, url, join_url=join_url)
    part.add("uid", occurrence.uid or event.uid)
    part.add("sequence", event.sequence + occurrence.sequence)
    slot = occurrence.recurrence_id or (occurrence.slot if event.is_recurring else "")
    if slot:
        part.add("recurrence-id", _time(moments.read_slot(slot), event, is_all_day="T" not in slot))
    _add_times(part, occurrence.starts, _end(occurrence), event)
    if occurrence.is_cancelled:
        part["STATUS"] = vText("CANCELLED")
    return part


def _common(title: str, place: str, address: str, event: Event, url: str, join_url: str = "") -> Component:
    part = Component()
    part.add("summary", title)
    part.add("dtstamp", event.updated_at or datetime.now(UTC))
    where = ", ".join(text for text in (place, address) if text) or join_url
    if where:
        part.add("location", where)
    words = "\n\n".join(text for text in (event.text[:DESCRIPTION_LENGTH], join_url, url) if text)
    part.add("description", words)
    part.add("url", url)
    part["STATUS"] = vText("CANCELLED" if event.is_cancelled else "CONFIRMED")
    if event.is_all_day:
        part.add("transp", "TRANSPARENT")
    return part


def _end(occurrence: Occurrence) -> datetime:
    return occurrence.ends + (timedelta(days=1) if occurrence.event.is_all_day else timedelta())


def _add_times(part: Component, starts: datetime, ends: datetime, event: Event) -> None:
    part.add("dtstart", _time(starts, event))
    part.add("dtend", _time(ends, event))


def _time(moment: datetime, event: Event, *, is_all_day: bool | None = None) -> datetime | date:
    if event.is_all_day if is_all_day is None else is_all_day:
        return moment.date()
    return moment.replace(tzinfo=UTC if event.timezone == "UTC" else moments.zone_of(event.timezone))


@lru_cache(maxsize=600)
def _zone_text(zone: str) -> str:
    described = Timezone.from_tzinfo(moments.zone_of(zone), zone, ZONE_SINCE, ZONE_UNTIL)
    return str(described.to_ical().decode())
