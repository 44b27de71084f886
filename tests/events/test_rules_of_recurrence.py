"""Rules come to the instances that RFC 5545's best readers give, and none is followed without an end."""

import json
from datetime import datetime
from itertools import islice
from pathlib import Path

import pytest
from django.conf import settings

from cop.base.errors import Refused
from events.moments import read_slot
from events.recurring import check_rule, counted_from, ended_before, first_instances, instances

ICAL = Path(settings.SHARED_DATA) / "ical"
NEVER_KEPT = ("HOURLY", "MINUTELY", "SECONDLY")  # No meeting recurs by the hour: refused in words, see below.


def dateutil_cases():
    for case in json.loads((ICAL / "rrule-dateutil.json").read_text()):
        yield pytest.param(case["rrule"], case["dtstart"], case["instances"], id=case["test"])


def libical_cases():
    for block in json.loads((ICAL / "rrule-libical.json").read_text()):
        found = dict(line.split(":", 1) for line in block.splitlines() if ":" in line and not line.startswith("#"))
        if "INSTANCES" in found:
            start = found.get("START-AT", "")
            yield pytest.param(
                found["RRULE"], found["DTSTART"], found["INSTANCES"].split(","), start, id=found["RRULE"]
            )


@pytest.mark.parametrize(("rule", "start", "wanted"), list(dateutil_cases()))
def test_dateutils_rules_come_to_their_instances(rule, start, wanted):
    if any(f"FREQ={name}" in rule for name in NEVER_KEPT):
        with pytest.raises(Refused):
            check_rule(rule)
        return
    found = first_instances(check_rule(rule), read_slot(start), len(wanted) + 1)
    assert [moment.strftime("%Y%m%dT%H%M%S") for moment in found] == wanted


@pytest.mark.parametrize(("rule", "start", "wanted", "at"), list(libical_cases()))
def test_libicals_rules_come_to_their_instances(rule, start, wanted, at):
    if any(f"FREQ={name}" in rule for name in NEVER_KEPT):
        with pytest.raises(Refused):
            check_rule(rule)
        return
    wanted = [moment if "T" in moment else f"{moment}T000000" for moment in wanted]
    found = (moment for moment in instances(check_rule(rule), read_slot(start)) if not at or moment >= read_slot(at))
    assert [moment.strftime("%Y%m%dT%H%M%S") for moment in islice(found, len(wanted))] == wanted


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "every Monday",
        "FREQ=SECONDLY",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=99999999999",
        "FREQ=DAILY;COUNT=3;UNTIL=20270101",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=DAILY;COUNT=-1",
        "FREQ=DAILY;" + "BYMONTH=1;" * 100,
    ],
)
def test_what_is_no_rule_is_refused(rule):
    with pytest.raises(Refused):
        check_rule(rule)


def test_a_rule_that_never_comes_true_ends():
    assert first_instances("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31", datetime(2026, 1, 1), 1) == []


def test_a_last_day_includes_that_day():
    rule = check_rule("FREQ=DAILY;UNTIL=20260103")
    assert len(first_instances(rule, datetime(2026, 1, 1, 18), 9)) == 3


def test_an_end_in_utc_is_read_in_the_events_own_zone():
    assert check_rule("FREQ=DAILY;UNTIL=20260701T160000Z", zone="Europe/Berlin").endswith("UNTIL=20260701T180000")


def test_a_series_is_cut_in_two_without_losing_any():
    start, cut = datetime(2026, 1, 5, 9), datetime(2026, 2, 2, 9)
    before = first_instances(ended_before("FREQ=WEEKLY;COUNT=10", start, cut), start, 99)
    after = first_instances(counted_from("FREQ=WEEKLY;COUNT=10", start, cut), cut, 99)
    assert before + after == first_instances("FREQ=WEEKLY;COUNT=10", start, 99)
