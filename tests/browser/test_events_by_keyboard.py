"""Events without a mouse, on a phone, and in the visitor's own time."""

from datetime import time, timedelta

import pytest
from django.utils import timezone

from events.models import Event
from tests.factories import EventFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def event(community, facilitator):
    """A meeting in the middle of next month, at ten in Berlin."""
    community.tools = ["blogs", "events"]
    community.save()
    day = (timezone.localdate().replace(day=15) + timedelta(days=31)).replace(day=15)
    made = EventFactory(community=community, title="Soil day", first_day=day, created_by=facilitator)
    made.hosts.add(facilitator)
    return made


def month_of(event) -> str:
    return f"/c/library/events/month/{event.first_day.year}/{event.first_day.month}/"


def focused(page) -> str:
    return page.evaluate("document.activeElement.innerText")


def test_a_calendar_is_walked_by_arrow_keys_and_turned_by_two_keys(page, live_server, event, console_errors):
    EventFactory(community=event.community, title="Seed day", first_day=event.first_day + timedelta(days=7))
    page.goto(live_server.url + month_of(event))
    page.get_by_role("link", name="Soil day").focus()
    page.keyboard.press("ArrowDown")
    assert "Seed day" in focused(page)
    page.keyboard.press("ArrowUp")
    assert "Soil day" in focused(page)
    page.keyboard.press("Alt+PageDown")
    page.wait_for_url(lambda url: month_of(event) not in url)
    page.keyboard.press("Alt+PageUp")
    page.wait_for_url("**" + month_of(event))
    assert console_errors == []


def test_one_says_that_one_comes_without_a_mouse(page, live_server, event, sign_in, member, console_errors):
    Event.objects.update(guests_most=2)
    sign_in(member)
    page.goto(live_server.url + event.get_absolute_url())
    page.get_by_text("Guests, or a line to the host").focus()
    page.keyboard.press("Enter")
    page.get_by_label("A line to the host").focus()
    page.keyboard.type("I bring a spade")
    page.get_by_role("button", name="Maybe").focus()
    page.keyboard.press("Space")
    page.get_by_text("Perhaps you come").wait_for()
    rsvp = event.occurrences.get().rsvps.get()
    assert (rsvp.answer, rsvp.line) == ("maybe", "I bring a spade")
    assert page.get_by_label("A line to the host").is_visible()
    assert console_errors == []


def test_the_form_shows_the_fields_that_a_series_needs(page, live_server, event, sign_in, facilitator, console_errors):
    sign_in(facilitator)
    page.goto(f"{live_server.url}/c/library/events/add/")
    monday, until = page.get_by_label("Monday"), page.get_by_label("Until", exact=False).first
    assert not monday.is_visible()
    page.get_by_label("It takes place").select_option("weekly")
    assert monday.is_visible()
    page.get_by_label("The whole day").check()
    assert not until.is_visible()
    assert console_errors == []


@pytest.fixture
def browser_context_args(browser_context_args):
    return {**browser_context_args, "timezone_id": "Asia/Dhaka"}


def test_a_visitor_reads_the_own_time_and_on_a_phone_a_list(page, live_server, event, console_errors):
    Event.objects.update(first_time=time(10))
    page.set_viewport_size({"width": 360, "height": 700})
    page.goto(live_server.url + event.get_absolute_url())
    there = event.occurrences.get().starts_at.astimezone(timezone.get_fixed_timezone(360))
    assert f"{there.hour - 12 or 12}:00" in page.locator(".event-yours").inner_text()
    page.goto(live_server.url + month_of(event))
    assert page.locator(".calendar .day:visible").count() == 1
    assert console_errors == []
