"""The composer of a topic, where there is JavaScript."""

import pytest

from tests.factories import ForumFactory, MembershipFactory, topic_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def topic(community, facilitator):
    return topic_of(ForumFactory(community=community), by=facilitator, body="Paste holds longer than glue.")


@pytest.fixture
def area(live_server, page, sign_in, topic, member):
    """The text area below a topic that a member reads."""
    sign_in(member)
    page.goto(f"{live_server.url}{topic.get_absolute_url()}")
    return page.get_by_label("Your reply")


def test_somebody_is_called_by_keys_alone(area, page, community, console_errors):
    MembershipFactory(community=community, user__display_name="Anna Berg")
    area.press_sequentially("Ask @an")
    page.get_by_role("option", name="Anna Berg").wait_for()
    area.press("Enter")
    assert area.input_value() == "Ask @Anna.Berg "
    area.press_sequentially("now")
    area.press("Control+Enter")
    page.get_by_text("@Anna.Berg").wait_for()
    assert console_errors == []
