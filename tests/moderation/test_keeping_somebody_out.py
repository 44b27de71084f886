"""Keeping somebody out asks whoever does it to prove once more who they are, on whichever page it is done."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from cop.moderation import flagging, things
from cop.moderation.action_models import ModerationAction
from cop.moderation.guidelines import points_of
from cop.moderation.models import Case
from members.models import Membership
from tests.factories import ForumFactory, MembershipFactory, reply_to, topic_of


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
    data = {"reason": points_of(community)[0], "words": "", "until": "week"}
    assert "reauthenticate" in long_ago.post(url, data).url
    assert state_of(second) == "active"
    assert as_facilitator.post(url, data).status_code == 302
    assert state_of(second) != "active"


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


# --- One form, wherever it is ------------------------------------------------------------------------------------


def test_the_list_of_people_leads_to_the_same_page(as_facilitator, second):
    assert (
        as_facilitator.get(f"/c/library/people/{second.pk}/suspend/").url == f"/moderate/person/{second.pk}/suspended/"
    )


@pytest.mark.parametrize(("until", "days"), [("week", 7), ("month", 30), ("open", None)])
def test_the_line_in_the_log_says_until_when_for_which_point_and_with_which_words(
    as_facilitator, signed_in, second, community, until, days
):
    point = points_of(community)[1]
    data = {"reason": point, "words": "Third time", "until": until}
    as_facilitator.post(f"/moderate/person/{second.pk}/suspended/", data)
    line = ModerationAction.objects.get()
    assert (line.what, line.reason, line.words) == ("suspended", point, "Third time")
    second.refresh_from_db()
    assert line.until == second.suspended_until
    if days:
        assert line.until.date() == (timezone.now() + timedelta(days=days)).date()
        assert "Until " in as_facilitator.get("/c/library/care/log/").content.decode()
        assert "Until " in signed_in(second.user).get(line.get_absolute_url()).content.decode()
    else:
        assert line.until is None


def test_the_queue_asks_the_same(as_facilitator, member, second, community):
    flagging.flag(things.find("person", second.pk), by=member, reason="rude")
    page = as_facilitator.get("/c/library/care/").content.decode()
    assert "until a facilitator readmits them" in page
    day = (timezone.now() + timedelta(days=20)).date()
    data = {"decision": "suspended", "reason": points_of(community)[0], "words": "", "until": "day"}
    url = f"/c/library/care/{Case.objects.get().pk}/decide/"
    assert as_facilitator.post(url, data).status_code == 422
    assert as_facilitator.post(url, data | {"day": day.isoformat()}).status_code == 302
    second.refresh_from_db()
    assert timezone.localtime(second.suspended_until).date() == day
    assert ModerationAction.objects.get().until == second.suspended_until


def test_whoever_says_nothing_of_it_in_the_queue_suspends_for_a_week(as_facilitator, member, second, community):
    flagging.flag(things.find("person", second.pk), by=member, reason="rude")
    data = {"decision": "suspended", "reason": points_of(community)[0], "words": ""}
    as_facilitator.post(f"/c/library/care/{Case.objects.get().pk}/decide/", data)
    second.refresh_from_db()
    assert second.suspended_until.date() == (timezone.now() + timedelta(days=7)).date()


def test_ending_a_membership_stands_with_its_point_and_its_words(as_facilitator, second, community):
    point = points_of(community)[0]
    as_facilitator.post(f"/moderate/person/{second.pk}/removed/", {"reason": point, "words": "Enough"})
    line = ModerationAction.objects.get()
    assert (line.what, line.reason, line.words) == ("removed", point, "Enough")


def test_only_a_suspension_has_an_end(as_facilitator, community, member, facilitator):
    reply = reply_to(topic_of(ForumFactory(community=community), by=facilitator), by=member)
    flagging.flag(things.find("reply", reply.pk), by=facilitator, reason="other")
    case = Case.objects.get()
    data = {"decision": "hidden", "reason": points_of(community)[0], "words": ""}
    as_facilitator.post(f"/c/library/care/{case.pk}/decide/", data)
    line = ModerationAction.objects.get(what="hidden")
    assert line.until is None
