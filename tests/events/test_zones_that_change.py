"""A government moves its clocks: an evening that was agreed on stays that evening."""

from datetime import date, timedelta

import pytest

from events import keeping_time
from events.calendar_models import ZoneSeen
from events.marking import calendar_of
from events.models import Occurrence
from tests.factories import EventFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def weekly(community, now):
    """Three times at ten in Berlin, kept as if clocks there were an hour behind until today."""
    event = EventFactory(community=community, first_day=date(2026, 4, 6), rule="FREQ=WEEKLY;COUNT=3")
    keeping_time.keep_time()
    for row in event.occurrences.all():
        later = {"starts_at": row.starts_at + timedelta(hours=1), "ends_at": row.ends_at + timedelta(hours=1)}
        Occurrence.objects.filter(pk=row.pk).update(**later)
    return event


def hours(event):
    return [row.starts.hour for row in event.occurrences.select_related("event").order_by("starts_at")]


def test_where_rules_have_changed_the_hour_on_the_wall_stays(weekly):
    ZoneSeen.objects.update(rules="2026:others")
    before = calendar_of(weekly.community).version
    assert keeping_time.keep_time() == 1
    assert hours(weekly) == [10, 10, 10]
    assert calendar_of(weekly.community).version > before
    assert keeping_time.keep_time() == 0


def test_what_was_moved_by_hand_stays_at_its_moment(weekly):
    ZoneSeen.objects.update(rules="2026:others")
    Occurrence.objects.filter(pk=weekly.occurrences.first().pk).update(is_moved=True)
    keeping_time.keep_time()
    assert sorted(hours(weekly)) == [10, 10, 11]


def test_where_no_rule_has_changed_nothing_is_touched(weekly, now):
    assert keeping_time.keep_time() == 0
    assert hours(weekly) == [11, 11, 11]


def test_a_new_year_alone_is_no_change(weekly, now):
    ZoneSeen.objects.update(rules=keeping_time.rules_of("Europe/Berlin", 2025))
    assert keeping_time.keep_time() == 0
    assert ZoneSeen.objects.get().rules == keeping_time.rules_of("Europe/Berlin", 2026)
