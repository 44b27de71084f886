"""A Sunday in March, a calendar that is switched on, and what was mailed."""

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
import time_machine
from icalendar import Calendar

from cop.mail.composing import fill_in
from cop.mail.models import Delivery
from tests.factories import EventFactory

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def now():
    """A moment that stands still: `now.shift(…)` moves it on."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def community(community):
    community.tools = ["blogs", "events"]
    community.save()
    return community


@pytest.fixture
def event(now, community, facilitator):
    """A public meeting next Sunday at ten in Berlin."""
    made = EventFactory(community=community, title="Vaccination day", answerers="readers", created_by=facilitator)
    made.hosts.add(facilitator)
    return made


@pytest.fixture
def occurrence(event):
    return event.occurrences.get()


@pytest.fixture
def mails():
    """A function that gives all mails to an address as (subject, text, calendar) and forgets none."""

    def read(address):
        found = []
        for copy in Delivery.objects.filter(address=address).select_related("mailing").order_by("pk"):
            data = fill_in(bytes(copy.mailing.source), mailing_id=copy.mailing_id, key=copy.key, address=copy.address)
            message = message_from_bytes(data, policy=policy.default)
            parts = {part.get_content_type(): part for part in message.walk()}
            entry = parts.get("text/calendar")
            calendar = Calendar.from_ical(entry.get_content()) if entry else None
            found.append((str(message["Subject"]).strip(), parts["text/plain"].get_content(), calendar))
        return found

    return read
