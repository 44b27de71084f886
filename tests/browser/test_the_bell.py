"""The bell, where there is JavaScript: by keys, and read where it is read."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from cop.notifications import notifying
from tests.browser.test_everybody_can_use_it import RULES
from tests.factories import ForumFactory, topic_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_is_new_is_gone_through_by_keys(
    live_server, page, sign_in, community, facilitator, member, console_errors
):
    forum = ForumFactory(community=community)
    for title in ("Who weeds?", "Who mows?"):
        topic_of(forum, by=facilitator, title=title)
    notifying.notify_due()
    sign_in(member)
    page.goto(f"{live_server.url}/bell/")
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(one["id"], node["html"]) for one in found for node in one["nodes"]] == []
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Who mows?")).to_be_focused()
    page.keyboard.press("e")
    expect(page.get_by_role("link", name="Who weeds?")).to_be_focused()
    assert member.notifications.filter(read_at=None).count() == 1
    with page.expect_response("**/read/"):
        page.keyboard.press("Enter")
    assert not member.notifications.filter(read_at=None).exists()
    assert console_errors == []
