"""Commitments as a calendar file (RFC 5545): a day each, which blocks nobody's time."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from icalendar import Calendar, Event

from cop.agreements.commitment_models import Commitment
from cop.base.links import absolute


def calendar_of(commitments: Iterable[Commitment], *, name: str) -> bytes:
    """Give the calendar of some commitments, called `name`."""
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.SITE_HOST}//commitments//")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    for commitment in commitments:
        calendar.add_component(_event(commitment))
    return bytes(calendar.to_ical())


def _event(commitment: Commitment) -> Event:
    event = Event()
    who = commitment.person.display_name if commitment.person else ""
    event.add("uid", f"commitment-{commitment.pk}@{settings.SITE_HOST}")
    event.add("dtstamp", commitment.updated_at)
    event.add("summary", f"{who}: {commitment.text}" if who else commitment.text)
    event.add("dtstart", commitment.due_on)
    event.add("dtend", commitment.due_on + timedelta(days=1))
    event.add("url", absolute(commitment.get_absolute_url()))
    event.add("transp", "TRANSPARENT")
    return event
