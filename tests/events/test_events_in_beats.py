"""A week of beats: each mail says what takes place before the next one, to whom may read it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from cop.mail.models import Delivery
from cop.notifications import rhythm, setting_rhythm
from cop.notifications.rhythm_models import BeatSlot
from events import polling, publishing
from events.poll_models import DatePoll
from tests.factories import EventFactory
from tests.notifications.conftest import mails_to, text_of

pytestmark = pytest.mark.django_db
# Monday, Wednesday and Friday of the week in which clocks in Berlin are put forward, at nine.
WEEK = [datetime(2026, 3, day, 8, tzinfo=UTC) for day in (23, 25, 27)]
NEXT_MONDAY = datetime(2026, 3, 30, 7, tzinfo=UTC)


@pytest.fixture
def beats(community, facilitator, member, now):
    """Three beats a week; gives a function that lets one go out and gives what Mina reads, or nothing."""
    own = setting_rhythm.rhythm_of(community, by=facilitator)
    before = WEEK[0] - timedelta(hours=1)
    setting_rhythm.change(own, timezone_name="Europe/Berlin", is_on=True, at=before)
    for weekday, name in ((0, "Monday ask"), (2, "Wednesday call"), (4, "Friday harvest")):
        sections = ["events", "dates"]
        slot = BeatSlot(rhythm=own, name=name, weekday=weekday, hour=9, sections=sections)
        setting_rhythm.save_slot(slot, at=before)

    def begin(at):
        now.move_to(at)
        Delivery.objects.all().delete()
        rhythm.due(at)
        return "".join(text_of(mail) for mail in mails_to(member.email))

    return begin


def test_each_beat_lists_what_takes_place_before_the_next(community, beats):
    evening = {"community": community, "first_time": time(18), "last_time": time(19)}
    EventFactory(title="Open call", first_day=date(2026, 3, 25), **evening)
    EventFactory(title="Sunday walk", first_day=date(2026, 3, 29), **evening)
    EventFactory(title="Next call", first_day=date(2026, 3, 30), **evening)
    monday, wednesday, friday = (beats(at) for at in WEEK)
    assert monday == ""
    assert "Open call" in wednesday and "Sunday walk" not in wednesday
    assert "Sunday walk" in friday and "Next call" not in friday
    assert "Next call" in beats(NEXT_MONDAY)


def test_a_beat_tells_members_nothing_that_is_for_facilitators_a_draft_or_off(community, beats, facilitator):
    on = {"community": community, "first_day": date(2026, 3, 24)}
    EventFactory(title="For us two", audience="facilitators", **on)
    EventFactory(title="Half written", state="draft", **on)
    publishing.cancel_event(EventFactory(title="Picnic", **on), reason="Rain")
    EventFactory(title="Open call", **on)
    monday = beats(WEEK[0])
    assert "Open call" in monday
    assert not [title for title in ("For us two", "Half written", "Picnic") if title in monday]
    assert "For us two" in "".join(text_of(mail) for mail in mails_to(facilitator.email))


def test_a_date_that_is_sought_is_told_in_one_beat(community, beats, facilitator, now):
    now.move_to(WEEK[0] - timedelta(hours=5))
    days = [datetime(2026, 4, day, 18) for day in (1, 2)]
    polling.ask(
        DatePoll(community=community, title="Spring visit", timezone="Europe/Berlin"), starts=days, by=facilitator
    )
    assert "Spring visit" in beats(WEEK[0])
    assert beats(WEEK[1]) == ""
