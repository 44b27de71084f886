"""Keeping somebody out asks whoever does it to prove once more who they are, on whichever page it is done."""

import pytest
from django.test import Client

from cop.moderation import flagging, things
from cop.moderation.guidelines import points_of
from cop.moderation.models import Case
from members.models import Membership
from tests.factories import MembershipFactory


@pytest.fixture
def second(community):
    """A facilitator beside the one who acts."""
    return MembershipFactory(community=community, role="facilitator", user__display_name="Gustav")


@pytest.fixture
def long_ago(facilitator):
    """A browser in which a facilitator signed in a while ago."""
    client = Client()
    client.force_login(facilitator)
    return client


def state_of(membership):
    return Membership.objects.get(pk=membership.pk).state


@pytest.mark.parametrize("what", ["suspended", "removed"])
def test_the_page_for_it_asks_once_more(long_ago, as_facilitator, second, community, what):
    url = f"/moderate/person/{second.pk}/{what}/"
    data = {"reason": points_of(community)[0], "words": ""}
    assert "reauthenticate" in long_ago.post(url, data).url
    assert state_of(second) == "active"
    assert as_facilitator.post(url, data).status_code == 302
    assert state_of(second) != "active"


def test_the_page_with_a_date_asks_once_more(long_ago, second):
    url = f"/c/library/people/{second.pk}/suspend/"
    assert "reauthenticate" in long_ago.post(url, {"reason": "Quarrels"}).url
    assert state_of(second) == "active"


@pytest.mark.parametrize("what", ["suspended", "removed"])
def test_the_queue_asks_once_more_and_goes_on_where_it_was(long_ago, facilitator, member, second, community, what):
    flagging.flag(things.find("person", second.pk), by=member, reason="rude")
    case = Case.objects.get()
    url = f"/c/library/care/{case.pk}/decide/"
    data = {"decision": what, "reason": points_of(community)[0], "words": ""}
    asked = long_ago.post(url, data)
    assert "reauthenticate" in asked.url
    assert state_of(second) == "active"
    facilitator.set_password("demo-demo-demo")
    facilitator.save()
    long_ago.force_login(facilitator)
    asked = long_ago.post(url, data)
    assert long_ago.post(asked.url, {"password": "demo-demo-demo"}).status_code == 302
    assert state_of(second) != "active"


def test_what_keeps_nobody_out_asks_nothing_more(long_ago, member, second, community):
    flagging.flag(things.find("person", second.pk), by=member, reason="rude")
    answer = long_ago.post(f"/c/library/care/{Case.objects.get().pk}/decide/", {"decision": "left", "words": ""})
    assert answer.url.startswith("/c/library/care/")
