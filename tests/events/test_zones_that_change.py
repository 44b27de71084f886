"""A government moves its clocks: an evening that was agreed on stays that evening."""

from datetime import UTC, date, datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps

from events import keeping_time, saving
from events.calendar_models import ZoneSeen
from events.expanding import put_by_hand
from events.marking import calendar_of
from events.models import Event, Occurrence
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


def moved(event, hour, *, ends=None):
    """Put the second time at an hour of its day, then let clocks be an hour off until the next look, as all are."""
    row = event.occurrences.order_by("starts_at")[1]
    day = datetime(2026, 4, 14, hour)
    saving.change_occurrence(row, starts=day, ends=ends or day + timedelta(hours=2))
    row.refresh_from_db()
    later = {"starts_at": row.starts_at + timedelta(hours=1), "ends_at": row.ends_at + timedelta(hours=1)}
    Occurrence.objects.filter(pk=row.pk).update(**later)
    return Occurrence.objects.select_related("event").get(pk=row.pk)


def test_what_was_moved_by_hand_stays_at_its_hour_on_the_wall_too(weekly):
    row = moved(weekly, 18)
    assert row.starts == datetime(2026, 4, 14, 19)
    ZoneSeen.objects.update(rules="2026:others")
    assert keeping_time.keep_time() == 1
    row.refresh_from_db()
    assert (row.starts, row.ends) == (datetime(2026, 4, 14, 18), datetime(2026, 4, 14, 20))
    assert hours(weekly) == [10, 18, 10]


def test_what_was_moved_stays_also_where_the_series_left_its_day(weekly):
    row = moved(weekly, 18)
    Event.objects.filter(pk=weekly.pk).update(left_out=[row.slot])
    ZoneSeen.objects.update(rules="2026:others")
    keeping_time.keep_time()
    row.refresh_from_db()
    assert row.starts == datetime(2026, 4, 14, 18)


def test_a_series_that_goes_to_another_zone_leaves_what_was_moved_at_its_moment(weekly):
    row = moved(weekly, 18)
    Occurrence.objects.filter(pk=row.pk).update(starts_at=row.starts_at - timedelta(hours=1))
    saving.change_event(weekly, saving.Plan({"timezone": "Asia/Dhaka"}))
    row = Occurrence.objects.select_related("event").get(pk=row.pk)
    assert row.starts_at == datetime(2026, 4, 14, 16, tzinfo=UTC)
    assert row.own_starts == "20260414T220000"  # What clocks in Dhaka show then.
    keeping_time.keep_time()
    ZoneSeen.objects.update(rules="2026:others")
    keeping_time.keep_time()
    row.refresh_from_db()
    assert row.starts_at == datetime(2026, 4, 14, 16, tzinfo=UTC)


def test_a_moment_that_no_wall_time_says_stays_that_moment(weekly):
    """Half past two comes twice in that night; the second one is said by no wall time."""
    row = weekly.occurrences.first()
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    row.starts_at, row.ends_at, row.is_moved = second, second + timedelta(hours=1), True
    put_by_hand(row, weekly.timezone)
    assert (row.own_starts, row.own_ends) == ("", "")
    row.save()
    ZoneSeen.objects.update(rules="2026:others")
    keeping_time.keep_time()
    row.refresh_from_db()
    assert row.starts_at == second


def test_what_was_moved_before_wall_times_were_kept_gets_them_by_the_upgrade(weekly):
    row = moved(weekly, 18)
    Occurrence.objects.update(own_starts="", own_ends="")
    fill = import_module("events.migrations.0007_wall_times_of_moved").fill
    fill(apps, None)
    row.refresh_from_db()
    assert (row.own_starts, row.own_ends) == ("20260414T190000", "20260414T210000")
    assert Occurrence.objects.exclude(own_starts="").count() == 1


def test_where_no_rule_has_changed_nothing_is_touched(weekly, now):
    assert keeping_time.keep_time() == 0
    assert hours(weekly) == [11, 11, 11]


def test_a_new_year_alone_is_no_change(weekly, now):
    ZoneSeen.objects.update(rules=keeping_time.rules_of("Europe/Berlin", 2025))
    assert keeping_time.keep_time() == 0
    assert ZoneSeen.objects.get().rules == keeping_time.rules_of("Europe/Berlin", 2026)
