"""What needs care, by keyboard alone: act, next, act; and no letter does anything where nobody looks."""

import pytest
from playwright.sync_api import expect

from cop.moderation import caring
from cop.moderation.models import Case
from members.models import Membership
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def asking(community):
    """Three who ask to join."""
    rows = [MembershipFactory(community=community, state="requested", role="member") for _ in range(3)]
    for row in rows:
        caring.needs_care("request", row.pk, community=community, about=row.user)
    return rows


@pytest.fixture
def desk(live_server, page, sign_in, facilitator, asking):
    sign_in(facilitator)
    page.goto(f"{live_server.url}/c/library/care/?kind=request")
    return page


def states():
    return list(Membership.objects.filter(role="member").order_by("pk").values_list("state", flat=True))


def test_one_goes_from_case_to_case(desk, console_errors):
    first, second, third = [desk.locator(f"#case-{case.pk}") for case in Case.objects.order_by("since", "pk")]
    desk.keyboard.press("j")
    expect(first).to_be_focused()
    with desk.expect_navigation():
        desk.keyboard.press("a")
    expect(second).to_be_focused()
    assert "kind=request" in desk.url
    with desk.expect_navigation():
        desk.keyboard.press("c")
    expect(second).to_be_focused()
    with desk.expect_navigation():
        desk.keyboard.press("a")
    expect(third).to_be_focused()
    assert states() == ["active", "active", "requested"]
    assert console_errors == []


def test_a_letter_does_nothing_where_no_case_has_the_focus(desk, community, live_server):
    Case.objects.exclude(pk=Case.objects.first().pk).delete()
    desk.reload()
    desk.keyboard.press("a")
    desk.keyboard.press("d")
    desk.wait_for_timeout(300)
    assert states() == ["requested"] * 3


def test_what_is_grave_waits_for_enter(desk):
    desk.keyboard.press("j")
    desk.keyboard.press("d")
    button = desk.get_by_role("button", name="Turn them down").first
    expect(button).to_be_focused()
    assert states() == ["requested"] * 3
    with desk.expect_navigation():
        desk.keyboard.press("Enter")
    assert sorted(states()) == ["left", "requested", "requested"]


def test_keys_are_switched_off_and_stay_off(desk):
    desk.get_by_label("Use keys on this device").uncheck()
    desk.reload()
    expect(desk.get_by_label("Use keys on this device")).not_to_be_checked()
    desk.locator("[data-case]").first.focus()
    desk.keyboard.press("a")
    desk.wait_for_timeout(300)
    assert states() == ["requested"] * 3
    assert desk.locator("[data-case] kbd:visible").count() == 0


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_scripts_the_address_leads_to_the_next(desk):
    first, second, _third = Case.objects.order_by("since", "pk")
    desk.locator(f"#case-{first.pk}").get_by_role("button", name="Let them in").click()
    desk.wait_for_url(f"**/care/?kind=request#case-{second.pk}")
    expect(desk.locator(f"#case-{second.pk}")).to_be_focused()
