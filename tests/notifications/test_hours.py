"""When a round-up is due: the reader's own clock, also in the nights when it changes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cop.notifications.slots import next_slot

BERLIN = {"timezone": "Europe/Berlin", "weekday": 6}


def slot(after: str, **wanted) -> str:
    found = next_slot(datetime.fromisoformat(after), **{"pace": "daily", "hour": 8, **BERLIN, **wanted})
    return found.isoformat(timespec="minutes") if found else ""


def test_a_daily_round_up_comes_at_the_hour_of_the_zone():
    assert slot("2027-01-05T06:59+00:00") == "2027-01-05T07:00+00:00"
    assert slot("2027-07-05T06:59+00:00") == "2027-07-06T06:00+00:00"


def test_the_very_moment_is_not_due_again():
    assert slot("2027-01-05T07:00+00:00") == "2027-01-06T07:00+00:00"


def test_a_weekly_round_up_waits_for_its_day():
    assert slot("2027-01-04T12:00+00:00", pace="weekly") == "2027-01-10T07:00+00:00"
    assert slot("2027-01-10T07:00+00:00", pace="weekly") == "2027-01-17T07:00+00:00"


def test_an_hour_that_the_clock_skips_comes_an_hour_later():
    """Berlin, 28 March 2027: two o'clock is followed by three."""
    assert slot("2027-03-27T12:00+00:00", hour=2) == "2027-03-28T01:00+00:00"
    assert slot("2027-03-28T01:00+00:00", hour=2) == "2027-03-29T00:00+00:00"


def test_an_hour_that_the_clock_strikes_twice_counts_once():
    """Berlin, 31 October 2027: three o'clock is followed by two."""
    assert slot("2027-10-30T12:00+00:00", hour=2) == "2027-10-31T00:00+00:00"
    assert slot("2027-10-31T00:00+00:00", hour=2) == "2027-11-01T01:00+00:00"
    assert slot("2027-10-31T00:30+00:00", hour=2) == "2027-11-01T01:00+00:00"


@pytest.mark.parametrize("pace", ["each", "muted"])
def test_other_paces_have_no_round_up(pace):
    assert slot("2027-01-05T06:59+00:00", pace=pace) == ""


@given(
    after=st.floats(0, 20 * 365 * 86400),
    hour=st.integers(0, 23),
    weekday=st.integers(0, 6),
    pace=st.sampled_from(["daily", "weekly"]),
    zone=st.sampled_from(["Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kolkata"]),
)
def test_the_next_round_up_is_later_and_not_too_late(after, hour, weekday, pace, zone):
    after = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=after)
    found = next_slot(after, pace=pace, timezone=zone, weekday=weekday, hour=hour)
    assert after < found <= after + timedelta(days=2 if pace == "daily" else 8)
