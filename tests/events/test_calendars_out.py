"""Calendar pages and feeds: what one may see, in one's own time, in a fixed number of queries."""

from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from events import answering, publishing, saving
from events.forms import EventForm
from events.models import Event
from members.models import User
from tests.factories import EventFactory

pytestmark = pytest.mark.django_db


def plan_of(event, **changes):
    return saving.Plan({name: getattr(event, name) for name in EventForm.FIELDS} | changes)


def entries(client, url):
    answer = client.get(url)
    assert answer.status_code == 200
    return Calendar.from_ical(answer.content).walk("VEVENT")


@pytest.mark.parametrize(
    "path", ["c/library/events/", "c/library/events/month/2026/3/", "c/library/events/week/2026/10/"]
)
def test_what_comes_stands_on_every_page(path, event, visitor):
    assert "Vaccination day" in visitor.get(f"/{path}").content.decode()


@pytest.mark.parametrize("path", ["month/2026/13/", "month/9999/1/", "week/2026/60/", "week/1/1/"])
def test_months_and_weeks_that_do_not_exist_are_missing(path, event, visitor):
    assert visitor.get(f"/c/library/events/{path}").status_code == 404


def test_a_mark_that_nobody_wrote_shows_the_first_page(event, visitor):
    assert "Vaccination day" in visitor.get("/c/library/events/?after=20269999T000000_x").content.decode()


def test_times_are_the_readers_own_and_beside_it_the_places(event, member, as_member):
    User.objects.filter(pk=member.pk).update(timezone="Asia/Dhaka")
    page = as_member.get(event.get_absolute_url()).content.decode()
    assert "10 a.m. – 11 a.m." in page
    assert "For you: 3 p.m. – 4 p.m." in page


def test_a_late_evening_stands_on_the_readers_next_day(community, member, as_member, now):
    EventFactory(community=community, title="Late", first_day=date(2026, 3, 10), first_time=time(22))
    User.objects.filter(pk=member.pk).update(timezone="Asia/Dhaka")
    page = as_member.get("/c/library/events/week/2026/11/").context["days"]
    assert [entry.title for entry in page[2].entries] == ["Late"]


def test_whole_days_are_the_same_days_everywhere(community, member, as_member, now):
    EventFactory(
        community=community, title="Fair", first_day=date(2026, 3, 10), last_day=date(2026, 3, 11), first_time=None
    )
    User.objects.filter(pk=member.pk).update(timezone="Pacific/Auckland")
    days = as_member.get("/c/library/events/month/2026/3/").context["weeks"][2]
    assert [len(day.entries) for day in days] == [0, 1, 1, 0, 0, 0, 0]


def test_my_events_come_from_all_my_communities_and_no_others(event, as_member, as_outsider):
    assert "Vaccination day" in as_member.get("/my/events/").content.decode()
    assert "Vaccination day" not in as_outsider.get("/my/events/").content.decode()


def test_what_is_for_members_is_on_nobody_elses_page(event, visitor, as_member):
    Event.objects.update(audience="community")
    assert "Vaccination day" not in visitor.get("/c/library/events/").content.decode()
    assert "Vaccination day" in as_member.get("/c/library/events/").content.decode()


@pytest.mark.parametrize("path", ["", "month/2026/3/", "week/2026/11/"])
def test_pages_ask_as_often_for_many_events(path, community, as_member, query_count, now):
    for _number in range(2):
        EventFactory(community=community, rule="FREQ=DAILY;COUNT=20")
    few = query_count(as_member, f"/c/library/events/{path}")
    for _number in range(8):
        EventFactory(community=community, rule="FREQ=DAILY;COUNT=20")
    assert query_count(as_member, f"/c/library/events/{path}") == few


# --- Feeds -------------------------------------------------------------------------------------------------------


@pytest.fixture
def told(event):
    """The event as a host saved it, so that it keeps its entry ready."""
    return saving.change_event(event, plan_of(event, place="Room 4"))


def test_the_public_feed_has_the_event_in_its_own_zone(told, visitor):
    (entry,) = entries(visitor, "/c/library/events.ics")
    assert str(entry["SUMMARY"]) == "Vaccination day"
    assert entry["DTSTART"].params["TZID"] == "Europe/Berlin"
    assert str(entry["LOCATION"]) == "Room 4"


def test_a_program_that_has_the_newest_gets_nothing_built(told, visitor):
    etag = visitor.get("/c/library/events.ics")["ETag"]
    with CaptureQueriesContext(connection) as queries:
        answer = visitor.get("/c/library/events.ics", headers={"if-none-match": etag})
    assert answer.status_code == 304
    assert len(queries) == 2
    saving.change_event(told, plan_of(told, place="Room 5"))
    assert visitor.get("/c/library/events.ics", headers={"if-none-match": etag}).status_code == 200


def test_the_public_feed_holds_nothing_else(told, visitor):
    Event.objects.update(audience="community")
    assert entries(visitor, "/c/library/events.ics") == []


def test_a_series_is_one_entry_with_its_exceptions(community, visitor, now):
    event = EventFactory(community=community, rule="FREQ=WEEKLY;COUNT=4", first_day=date(2026, 3, 9))
    second = event.occurrences.order_by("starts_at")[1]
    publishing.cancel_occurrence(second, reason="Holiday")
    series, off = entries(visitor, "/c/library/events.ics")
    assert series["RRULE"]["COUNT"] == [4]
    assert off["RECURRENCE-ID"].dt == second.starts_at
    assert str(off["STATUS"]) == "CANCELLED"


def test_the_link_to_join_is_in_no_public_feed(told, visitor):
    saving.change_event(told, plan_of(told, join_url="https://meet.example.org/secret"))
    assert b"meet.example.org" not in visitor.get("/c/library/events.ics").content


def test_ones_own_feed_has_what_members_read_and_its_address_can_be_renewed(told, member, as_member, visitor):
    Event.objects.update(audience="community")
    as_member.post("/my/events/address/")
    old = f"/calendar/{as_member.get('/my/events/answers/').context['own'].key}.ics"
    assert len(entries(visitor, old)) == 1
    as_member.post("/my/events/address/")
    assert visitor.get(old).status_code == 404


def test_ones_own_feed_can_hold_only_what_one_answered(told, member, as_member, visitor, community):
    EventFactory(community=community)
    answering.answer(told.occurrences.get(), person=member, answer="coming")
    as_member.post("/my/events/address/")
    key = as_member.get("/my/events/answers/").context["own"].key
    assert len(entries(visitor, f"/calendar/{key}.ics?only=answers")) == 1


def test_who_left_the_community_finds_nothing_of_it_in_the_own_feed(told, member, as_member, visitor):
    Event.objects.update(audience="community")
    as_member.post("/my/events/address/")
    key = as_member.get("/my/events/answers/").context["own"].key
    member.memberships.update(state="left")
    assert entries(visitor, f"/calendar/{key}.ics") == []


def test_a_single_file_and_links_lead_into_any_calendar(told, visitor):
    row = told.occurrences.get()
    (entry,) = entries(visitor, f"{row.get_absolute_url()}event.ics")
    assert str(entry["UID"]) == told.uid
    page = visitor.get(row.get_absolute_url()).content.decode()
    assert "dates=20260308T090000Z%2F20260308T100000Z" in page


def test_a_night_when_the_clock_changes_is_right_in_every_calendar(community, visitor, now):
    event = EventFactory(community=community, rule="FREQ=DAILY;COUNT=3", first_day=date(2026, 3, 28))
    saving.change_event(event, plan_of(event, first_time=time(2, 30), last_time=time(4)))
    (entry,) = entries(visitor, "/c/library/events.ics")
    assert entry["DTSTART"].dt.utcoffset() == timedelta(hours=1)
    starts = [row.starts_at.hour for row in event.occurrences.order_by("starts_at")]
    assert starts == [1, 1, 0]


def test_a_full_month_shows_the_first_of_each_day_and_says_how_many_more(community, visitor, now):
    for number in range(7):
        EventFactory(
            community=community, title=f"Round {number}", first_day=date(2026, 3, 30), rule="FREQ=DAILY;COUNT=2"
        )
    page = visitor.get("/c/library/events/month/2026/3/")
    day = page.context["weeks"][-1][0]
    assert (len(day.entries), day.more) == (5, 2)
    assert "and 2 more" in page.content.decode()
    week = visitor.get(day.week_url)
    assert [len(one.entries) for one in week.context["days"][:3]] == [7, 7, 0]


def test_an_empty_month_says_so(event, visitor):
    assert "Nothing takes place in this month." in visitor.get("/c/library/events/month/2020/3/").content.decode()
    assert "Nothing takes place in this week." in visitor.get("/c/library/events/week/2020/3/").content.decode()


def test_what_takes_several_days_stands_on_each_of_them(community, visitor, now):
    EventFactory(community=community, first_day=date(2026, 3, 10), last_day=date(2026, 3, 12), last_time=time(0))
    days = visitor.get("/c/library/events/week/2026/11/").context["days"]
    assert [len(day.entries) for day in days] == [0, 1, 1, 0, 0, 0, 0]
