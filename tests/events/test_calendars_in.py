"""Calendars of every program in the world are read: what they say takes place, takes place here; nothing breaks."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from cop.base.errors import Refused
from events import answering, importing, moments, reading
from events.calendar_models import CalendarSource
from events.models import Event, Occurrence

pytestmark = pytest.mark.django_db
ICAL = Path(settings.SHARED_DATA) / "ical"
RECURRING = ICAL / "recurring"


def take(community, data, **more):
    source, _made = CalendarSource.objects.get_or_create(community=community, name="test.ics", defaults=more)
    taken = importing.take(source, data if isinstance(data, bytes) else data.replace("\n", "\r\n").encode())
    source.save()
    return taken


def queries():
    for path in sorted(RECURRING.glob("*.expected.json")):
        for number, query in enumerate(json.loads(path.read_text())):
            name = path.name.removesuffix(".expected.json")
            yield pytest.param(name, query, id=f"{name}-{number}")


def moment(value):
    """A moment of a query: a list of numbers, eight digits, or ISO with a zone."""
    if isinstance(value, dict):
        return datetime.fromisoformat(value["iso"])
    if isinstance(value, str):
        return datetime.strptime(value, "%Y%m%d")
    numbers = value if isinstance(value, list) else [value]
    return datetime(*(numbers + [1] * (3 - len(numbers))))


def span(query):
    """First and last moment of a query, or None where it asks for all."""
    if query["method"] == "all":
        return None
    if query["method"] == "between":
        return moment(query["args"][0]), moment(query["args"][1])
    start, given = moment(query["args"][0]), query["args"][0]
    given = [given] if isinstance(given, int) else given
    if isinstance(given, dict) and "T" in given["iso"]:
        return start, start
    if isinstance(given, list) and len(given) == 1:
        return start, start.replace(year=start.year + 1)
    if isinstance(given, list) and len(given) == 2:
        return start, (start + timedelta(days=32)).replace(day=1)
    hours = {4: timedelta(hours=1), 5: timedelta(minutes=1), 6: timedelta(seconds=1)}
    return start, start + hours.get(len(given) if isinstance(given, list) else 3, timedelta(days=1))


def there(value, row):
    """A moment of a query by the clock of an event; without a zone it is that clock's."""
    if row.event.is_all_day:  # The same day everywhere.
        return value.replace(tzinfo=None)
    return moments.to_wall(value, row.event.timezone) if value.tzinfo else value


def found_in(community, query):
    rows = Occurrence.objects.filter(community=community, cancelled_at=None).exclude(event__state="cancelled")
    asked = span(query)
    found = []
    for row in rows.select_related("event"):
        ends = row.ends + (timedelta(days=1) if row.event.is_all_day else timedelta())
        if asked:
            start, end = (there(value, row) for value in asked)
            if not ((row.starts < end and ends > start) or (start == end and row.starts <= start < ends)):
                continue
        found.append(
            (uid_of(row.event.uid), row.starts.date().isoformat() if row.event.is_all_day else said(row.starts_at))
        )
    return sorted(found)


def uid_of(uid):
    """An event's UID; nothing where the calendar had none."""
    return "" if uid.endswith("@without-uid") else uid


def said(value):
    return value.astimezone(UTC).isoformat()


def wanted_by(query, zone):
    for one in query["occurrences"]:
        start = one["start"]["iso"]
        if "T" in start:
            value = datetime.fromisoformat(start)
            start = said(value if value.tzinfo else moments.to_utc(value, zone))
        yield one.get("uid", ""), start


@pytest.mark.parametrize(("name", "query"), list(queries()))
def test_occurrences_are_those_that_the_program_meant(name, query, community):
    asked = span(query)
    at = asked[0] + (asked[1] - asked[0]) / 2 if asked else moment({"iso": query["occurrences"][0]["start"]["iso"]})
    with time_machine.travel(at if at.tzinfo else at.replace(tzinfo=UTC), tick=False):
        take(community, (RECURRING / name).read_bytes(), timezone="UTC")
    wanted = sorted(wanted_by(query, "UTC"))
    found = found_in(community, query)
    if query["n"] > len(wanted) or asked is None:
        assert set(wanted) <= set(found)
    else:
        assert found == wanted


# --- Whatever strangers write ------------------------------------------------------------------------------------

EVENT = "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n"
BEGINS = "UID:one@example.org\nSUMMARY:Meeting\nDTSTART:20270104T100000\nDTEND:20270104T110000"


@pytest.mark.parametrize("path", sorted(ICAL.glob("*/*.ics")), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_no_calendar_breaks_the_reading(path, community):
    try:
        taken = take(community, path.read_bytes())
    except Refused as refused:
        assert refused.messages[0].endswith(".")
    else:
        assert taken.new == Event.objects.count()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not a calendar"),
        (b"<html>", "not a calendar"),
        (b"\x00\xff" * 1000, "not a calendar"),
        (b"BEGIN:VCALENDAR\r\n" + b"x" * (reading.SIZE_MOST + 1), "larger than 10 MB"),
    ],
)
def test_what_is_no_calendar_is_refused_in_words(data, said, community):
    with pytest.raises(Refused, match=said):
        take(community, data)


def test_a_line_folded_in_the_middle_of_a_letter_is_put_together(community):
    data = EVENT.format(lines=f"{BEGINS}\nLOCATION:Bücherei").replace("\n", "\r\n").encode()
    take(community, data.replace("ü".encode(), b"\xc3\r\n \xbc"))
    assert Event.objects.get().place == "Bücherei"


def test_without_a_uid_the_same_event_is_known_again(community):
    data = EVENT.format(lines=BEGINS.split("\n", 1)[1])
    assert (take(community, data).new, take(community, data).new) == (1, 0)


def test_a_zone_that_nobody_knows_is_read_as_the_facilitators(community):
    lines = BEGINS.replace("DTSTART:", "DTSTART;TZID=Mars/Olympus:").replace("DTEND:", "DTEND;TZID=Mars/Olympus:")
    take(community, EVENT.format(lines=lines), timezone="Asia/Dhaka")
    assert (Event.objects.get().timezone, Occurrence.objects.get().starts.hour) == ("Asia/Dhaka", 10)


def test_windows_names_of_zones_are_known(community):
    zone = "W. Europe Standard Time"
    lines = BEGINS.replace("DTSTART:", f"DTSTART;TZID={zone}:").replace("DTEND:", f"DTEND;TZID={zone}:")
    take(community, EVENT.format(lines=lines))
    assert Occurrence.objects.get().starts_at.hour == 9


@pytest.mark.parametrize(
    "rule", ["FREQ=SECONDLY", "FREQ=MINUTELY;COUNT=3", "FREQ=DAILY;INTERVAL=0", "FREQ=NEVER", "BYDAY=MO"]
)
def test_a_rule_that_nobody_meets_by_is_told_and_the_rest_is_taken(rule, community):
    data = EVENT.format(lines=f"{BEGINS}\nRRULE:{rule}\nEND:VEVENT\nBEGIN:VEVENT\n{BEGINS.replace('one@', 'two@')}")
    taken = take(community, data)
    assert Event.objects.filter(uid="two@example.org").exists()
    assert taken.new + len(taken.problems) == 2


def test_a_million_exceptions_are_not_followed(community):
    dates = ",".join((date(2027, 1, 5) + timedelta(days=number)).strftime("%Y%m%dT100000") for number in range(20_000))
    take(community, EVENT.format(lines=f"{BEGINS}\nRRULE:FREQ=DAILY\nEXDATE:{dates}"))
    assert len(Event.objects.get().left_out) == reading.DATES_MOST
    assert Occurrence.objects.count() <= 1000


def test_what_ends_before_it_begins_is_taken_for_an_hour(community):
    take(community, EVENT.format(lines=BEGINS.replace("T110000", "T090000")))
    row = Occurrence.objects.get()
    assert row.ends_at - row.starts_at == timedelta(hours=1)


# --- Again and again ---------------------------------------------------------------------------------------------


def test_reading_again_changes_what_changed_and_doubles_nothing(community):
    source = CalendarSource.objects.create(community=community, name="x.ics", url="https://example.org/x.ics")
    two = EVENT.format(lines=f"{BEGINS}\nEND:VEVENT\nBEGIN:VEVENT\n{BEGINS.replace('one@', 'two@')}").encode()
    assert importing.take(source, two).new == 2
    assert importing.take(source, two).same == 2
    moved = EVENT.format(lines=BEGINS.replace("T10", "T09")).encode()
    taken = importing.take(source, moved)
    assert (taken.changed, taken.gone) == (1, 1)
    assert Event.objects.get(uid="two@example.org").is_cancelled
    assert Event.objects.get(uid="one@example.org").occurrences.get().starts.hour == 9


def test_whoever_answered_an_event_from_elsewhere_keeps_the_answer(community, member):
    source = CalendarSource.objects.create(community=community, name="x.ics", url="https://example.org/x.ics")
    importing.take(source, EVENT.format(lines=BEGINS).encode())
    answering.answer(Occurrence.objects.get(), person=member, answer="coming")
    importing.take(source, EVENT.format(lines=BEGINS.replace("0104", "0111")).encode())
    assert Occurrence.objects.get().rsvps.get().user == member
    assert Occurrence.objects.get().notices.exists()


def test_an_event_of_ones_own_is_not_written_over(community, event):
    data = EVENT.format(lines=BEGINS.replace("one@example.org", event.uid))
    assert take(community, data).problems
    event.refresh_from_db()
    assert event.title == "Vaccination day"


def test_a_facilitator_hands_in_a_file(as_facilitator, community):
    upload = SimpleUploadedFile("old.ics", EVENT.format(lines=BEGINS).encode())
    as_facilitator.post("/c/library/events/import/", {"file": upload, "audience": "public"})
    importing.collect_due()
    page = as_facilitator.get("/c/library/events/import/").content.decode()
    assert "1 new" in page
    assert Event.objects.get().audience == "public"


def test_a_calendar_on_the_web_is_read_again_by_the_clock(as_facilitator, community, httpserver, settings):
    settings.FEED_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    httpserver.expect_request("/x.ics").respond_with_data(EVENT.format(lines=BEGINS), content_type="text/calendar")
    as_facilitator.post("/c/library/events/import/", {"url": httpserver.url_for("/x.ics"), "audience": "public"})
    assert importing.collect_due() == 1
    assert Event.objects.get().title == "Meeting"
    assert importing.collect_due() == 0
    assert CalendarSource.objects.get().next_at


@pytest.mark.parametrize("url", ["http://127.0.0.1/x.ics", "http://169.254.169.254/", "file:///etc/passwd"])
def test_no_address_inside_is_read(url, as_facilitator, community):
    as_facilitator.post("/c/library/events/import/", {"url": url, "audience": "public"})
    importing.collect_due()
    assert not Event.objects.exists()
    for source in CalendarSource.objects.all():
        assert source.report["failed"]


def test_a_calendar_that_fails_for_days_is_given_up(community):
    source = CalendarSource.objects.create(community=community, name="x", url="http://127.0.0.1/x.ics")
    at = datetime(2026, 3, 1, tzinfo=UTC)
    for _time in range(importing.FAILURES_MOST):
        CalendarSource.objects.update(next_at=at)
        importing.collect(source.pk, at=at)
    assert CalendarSource.objects.get().next_at is None


def test_a_file_is_taken_in_from_the_command_line(community, tmp_path, capsys):
    path = tmp_path / "old.ics"
    path.write_text(EVENT.format(lines=BEGINS))
    for _time in range(2):
        call_command("import_ics", "library", str(path))
    assert "1 new" in capsys.readouterr().out
    assert Event.objects.count() == 1
