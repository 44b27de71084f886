"""What was called off takes place after all: told once, in calendars too, and nobody has to answer again."""

from datetime import date, timedelta

import pytest

from cop.base.errors import Refused
from events import answering, publishing, telling
from events.models import Event
from events.rsvp_models import Rsvp
from tests.factories import EventFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def off(event, occurrence, member, now):
    """An event that was called off, which everybody who answered has heard."""
    answering.answer(occurrence, person=member, answer="coming")
    telling.tell_answers()
    publishing.cancel_event(event, reason="The boat does not sail.")
    now.shift(timedelta(minutes=3))
    telling.tell_changes()
    return event


def test_who_answered_is_told_once_and_the_calendar_has_it_again(off, member, as_facilitator, now, mails):
    page = as_facilitator.post(f"{off.get_absolute_url()}reinstate/", follow=True).content.decode()
    assert "The boat does not sail." not in page
    as_facilitator.post(f"{off.get_absolute_url()}reinstate/")
    now.shift(timedelta(minutes=3))
    telling.tell_changes()
    *_before, cancelled, (subject, text, calendar) = mails(member.email)
    assert subject == "Changed: Vaccination day"
    assert "it takes place after all" in text
    (entry,) = calendar.walk("VEVENT")
    assert (calendar["METHOD"], entry["STATUS"]) == ("REQUEST", "CONFIRMED")
    assert entry["SEQUENCE"] > cancelled[2].walk("VEVENT")[0]["SEQUENCE"]
    assert Rsvp.objects.get().answer == "coming"


def test_called_off_by_mistake_and_back_at_once_is_told_to_nobody(event, occurrence, member, now, mails):
    answering.answer(occurrence, person=member, answer="coming", is_told=False)
    publishing.cancel_event(event, reason="Oh no")
    assert publishing.reinstate_event(event)
    now.shift(timedelta(minutes=20))
    telling.tell_changes()
    assert mails(member.email) == []


def test_one_time_of_a_series_comes_back_alone(community, member, as_facilitator, now):
    series = EventFactory(community=community, rule="FREQ=WEEKLY;COUNT=3", first_day=date(2026, 3, 9))
    first, second, _third = series.occurrences.order_by("starts_at")
    for row in (first, second):
        publishing.cancel_occurrence(row, reason="Holiday")
    as_facilitator.post(f"{second.get_absolute_url()}reinstate/")
    assert [row.is_cancelled for row in series.occurrences.order_by("starts_at")] == [True, False, False]


def test_a_time_of_a_series_that_is_off_as_a_whole_waits_for_all_of_it(community, now):
    series = EventFactory(community=community, rule="FREQ=WEEKLY;COUNT=3")
    publishing.cancel_event(series, reason="Ill")
    with pytest.raises(Refused, match="whole series"):
        publishing.reinstate_occurrence(series.occurrences.first())


def test_what_is_over_stays_called_off(off, now):
    now.shift(timedelta(days=30))
    with pytest.raises(Refused, match="over"):
        publishing.reinstate_event(off)


def test_places_that_became_free_meanwhile_are_offered(event, occurrence, member, facilitator, now):
    Event.objects.update(capacity=1)
    answering.answer(occurrence, person=member, answer="coming")
    waiting = answering.answer(occurrence, person=facilitator, answer="coming")
    publishing.cancel_event(event, reason="Ill")
    Rsvp.objects.filter(user=member).delete()
    publishing.reinstate_event(event)
    waiting.refresh_from_db()
    assert waiting.answer == "offered"


def test_members_cannot_bring_it_back(off, as_member):
    assert as_member.post(f"{off.get_absolute_url()}reinstate/").status_code == 403
