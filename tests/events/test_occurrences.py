"""A series becomes rows: bounded, in the clock of its place, and faithful when it changes."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine

from events.expanding import AHEAD, MOST, go_on, make_occurrences
from events.models import Occurrence
from events.moments import is_repeated, is_skipped, span, to_utc
from events.rsvp_models import Rsvp
from tests.factories import EventFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_march():
    with time_machine.travel(NOW, tick=False):
        yield


def series(**more):
    given = {"first_day": date(2026, 3, 23), "first_time": time(18), "rule": "FREQ=WEEKLY", "timezone": "Europe/Berlin"}
    return EventFactory(**given | more)


def test_a_weekly_evening_stays_in_the_evening_when_clocks_change():
    first, second = series().occurrences.order_by("starts_at")[:2]
    assert (first.starts_at.hour, second.starts_at.hour) == (17, 16)
    assert (first.starts.hour, second.starts.hour) == (18, 18)


def test_a_series_without_an_end_has_so_many_rows_and_no_more():
    event = series(rule="FREQ=DAILY")
    assert event.occurrences.count() <= MOST
    assert event.occurrences.order_by("-starts_at")[0].starts_at < NOW + AHEAD + timedelta(days=30)
    assert event.made_until


def test_the_clock_makes_the_next_rows_of_a_series_once():
    event = series()
    before = event.occurrences.count()
    later = NOW + timedelta(days=90)
    assert go_on(later) == 1
    assert event.occurrences.count() > before
    assert go_on(later) == 0


def test_a_series_that_began_in_another_century_has_rows_for_now():
    event = series(first_day=date(1999, 1, 4))
    assert event.occurrences.filter(starts_at__gte=NOW).exists()
    assert not event.occurrences.filter(starts_at__lt=NOW - timedelta(days=420)).exists()


def test_a_time_that_clocks_skip_comes_after_the_gap():
    assert to_utc(datetime(2026, 3, 29, 2, 30), "Europe/Berlin") == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert is_skipped(datetime(2026, 3, 29, 2, 30), "Europe/Berlin")
    assert not is_skipped(datetime(2026, 3, 29, 3, 30), "Europe/Berlin")


def test_of_a_time_that_comes_twice_the_first_is_meant():
    assert to_utc(datetime(2026, 10, 25, 2, 30), "Europe/Berlin") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert is_repeated(datetime(2026, 10, 25, 2, 30), "Europe/Berlin")
    assert not is_repeated(datetime(2026, 10, 24, 2, 30), "Europe/Berlin")


def test_what_would_end_before_it_begins_that_night_lasts_as_long_as_meant():
    starts_at, ends_at = span(datetime(2026, 10, 24, 23, 30), timedelta(hours=5), "Europe/Berlin")
    assert ends_at - starts_at == timedelta(hours=6)
    starts_at, ends_at = span(datetime(2026, 3, 29, 1, 45), timedelta(minutes=30), "Europe/Berlin")
    assert ends_at > starts_at


def test_answers_stay_with_their_day_when_the_hour_of_a_series_changes(member):
    event = series()
    row = event.occurrences.order_by("starts_at")[2]
    Rsvp.objects.create(occurrence=row, user=member, answer="coming")
    event.first_time, event.last_time = time(19), time(20)
    event.save()
    make_occurrences(event)
    row.refresh_from_db()
    assert row.starts.hour == 19
    assert row.rsvps.count() == 1


def test_a_day_that_is_left_out_is_cancelled_where_somebody_answered_and_gone_where_nobody_did(member):
    event = series()
    answered, empty = event.occurrences.order_by("starts_at")[1:3]
    Rsvp.objects.create(occurrence=answered, user=member, answer="coming")
    event.left_out = [answered.slot, empty.slot]
    event.save()
    make_occurrences(event)
    answered.refresh_from_db()
    assert answered.cancelled_at
    assert not Occurrence.objects.filter(pk=empty.pk).exists()


def test_a_moved_occurrence_stays_where_it_was_put():
    event = series()
    row = event.occurrences.order_by("starts_at")[1]
    Occurrence.objects.filter(pk=row.pk).update(
        is_moved=True, starts_at=NOW + timedelta(days=50), ends_at=NOW + timedelta(days=51)
    )
    make_occurrences(event)
    row.refresh_from_db()
    assert row.starts_at == NOW + timedelta(days=50)


def test_making_rows_twice_makes_them_once():
    event = series(rule="FREQ=DAILY;COUNT=5")
    assert make_occurrences(event) == 0
    assert event.occurrences.count() == 5
    assert event.made_until is None


def test_extra_days_come_on_top():
    event = series(rule="FREQ=WEEKLY;COUNT=2", added=["20260401T090000"])
    assert [row.starts.day for row in event.occurrences.order_by("starts_at")] == [23, 30, 1]
