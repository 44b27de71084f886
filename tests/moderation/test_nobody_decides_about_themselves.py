"""Whom something concerns does not decide about it, nor read who asked for it; where nobody is left, staff do."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from cop.base.errors import Refused
from cop.moderation import acting, deciding, flagging, left_to_staff, letters, objecting, things
from cop.moderation.action_models import ModerationAction, What
from cop.moderation.flag_models import Flag
from cop.moderation.guidelines import points_of
from cop.moderation.kinds import Act
from cop.moderation.models import Case
from cop.moderation.policy_models import CarePolicy
from cop.moderation.things import Why
from discussions.models import Reply
from members.models import Membership
from tests.factories import ForumFactory, MembershipFactory, reply_to, topic_of
from tests.notifications.conftest import mails_to, text_of

CARE = "/c/library/care/"


@pytest.fixture
def topic(community, member):
    return topic_of(ForumFactory(community=community, audience="public"), by=member, title="Labels")


@pytest.fixture
def other(community):
    return MembershipFactory(community=community, role="facilitator", user__display_name="Felix").user


@pytest.fixture
def flagged(topic, facilitator, member):
    """The facilitator's own reply, which a member has flagged."""
    reply = reply_to(topic, by=facilitator, body="You are all fools")
    flagging.flag(things.find("reply", reply.pk), by=member, reason="hurtful", words="It hurts me")
    return Case.objects.open().get()


@pytest.fixture
def hidden(topic, facilitator, member):
    reply = reply_to(topic, by=member, body="Fools")
    acting.do(What.HIDDEN, "reply", reply.pk, by=facilitator, why=Why(points_of(reply.topic.community)[0]))
    return ModerationAction.objects.get()


@pytest.fixture
def objected(hidden, member):
    objecting.object_to(hidden, by=member, words="It was a quotation")
    return Case.objects.open().get(kind="objection")


def decide(client, case, **data):
    return client.post(f"{CARE}{case.pk}/decide/", {"words": "", **data})


# --- Flags on one's own text ------------------------------------------------------------------------------------------


def test_whose_text_it_is_reads_neither_who_flagged_it_nor_why(as_facilitator, signed_in, flagged, other):
    for page in (CARE, f"{CARE}{flagged.pk}/", "/bell/"):
        text = as_facilitator.get(page).content.decode()
        assert "It hurts me" not in text
        assert "Mina:" not in text
    page = as_facilitator.get(f"{CARE}{flagged.pk}/").content.decode()
    assert "Somebody else decides on this" in page
    assert "<button" not in page.split('class="case"')[1].split("</article>")[0]
    assert "needs care" not in as_facilitator.get("/bell/").content.decode()
    queue = signed_in(other).get(CARE).content.decode()
    assert "Mina: It hurts or threatens somebody. “It hurts me”" in queue


def test_whose_text_it_is_decides_nothing_about_it(as_facilitator, signed_in, flagged, other, facilitator):
    answer = decide(as_facilitator, flagged, decision="left")
    assert answer.status_code == 422
    assert "Somebody else decides on this" in answer.content.decode()
    assert "It hurts me" not in answer.content.decode()
    assert Flag.objects.get().decided_at is None
    flagged.refresh_from_db()
    assert (flagged.settled_at, flagged.claimed_by) == (None, None)
    as_facilitator.post(f"{CARE}{flagged.pk}/claim/")
    assert decide(signed_in(other), flagged, decision="left").status_code == 302


def test_that_flags_were_turned_down_stands_in_the_log_without_who_flagged(
    signed_in, as_member, flagged, other, community
):
    CarePolicy.objects.create(community=community, is_log_shared=True)
    decide(signed_in(other), flagged, decision="left", words="A joke between friends")
    line = ModerationAction.objects.get()
    assert (line.what, line.by) == ("left", other)
    assert Flag.objects.get().is_upheld is False
    for client in (as_member, signed_in(other)):
        page = client.get(f"{CARE}log/").content.decode()
        assert "looked at because it was flagged, and left as it is" in page
        assert "Mina" not in page.split("<main")[1].split("</main>")[0]


def test_where_there_is_no_other_facilitator_it_is_left_to_site_staff(as_facilitator, signed_in, flagged, staff):
    client = signed_in(staff)
    assert "left to site staff to decide" in client.get("/bell/").content.decode()
    assert "Labels" in client.get("/care/staff/").content.decode()
    assert decide(client, flagged, decision="left").status_code == 302
    assert "Nothing is left to you" in client.get("/care/staff/").content.decode()


def test_what_flags_hid_is_not_shown_again_by_its_writer(as_facilitator, signed_in, topic, facilitator, other, member):
    reply = reply_to(topic, by=facilitator, body="Fools")
    acting.do(What.HIDDEN, "reply", reply.pk, by=None, why=Why())
    with pytest.raises(Refused):
        acting.do(What.SHOWN, "reply", reply.pk, by=facilitator, why=Why())
    as_facilitator.post(f"/r/{reply.pk}/hide/", {"undo": "1"})
    assert Reply.objects.get(pk=reply.pk).hidden_at is not None
    assert acting.do(What.SHOWN, "reply", reply.pk, by=other, why=Why())
    # What they hid themselves is theirs to show.
    acting.do(What.HIDDEN, "reply", reply.pk, by=facilitator, why=Why())
    assert acting.do(What.SHOWN, "reply", reply.pk, by=facilitator, why=Why())


# --- Objections -------------------------------------------------------------------------------------------------------


def test_who_did_it_is_shown_no_buttons_and_hears_nothing_of_it(
    as_facilitator, signed_in, objected, facilitator, other
):
    letters.write_due(timezone.now() + timedelta(minutes=5))
    assert [mail["Subject"] for mail in mails_to(facilitator.email)] == []
    assert len(mails_to(other.email)) == 1
    assert "Objections" not in as_facilitator.get(CARE).content.decode()
    assert "take it back" not in as_facilitator.get(f"{CARE}{objected.pk}/").content.decode()
    assert "take it back" in signed_in(other).get(CARE).content.decode()


def test_a_decision_that_is_refused_claims_nothing(objected, facilitator, other):
    with pytest.raises(Refused):
        deciding.decide(objected, "granted", Act(by=facilitator))
    with pytest.raises(Refused):
        deciding.decide(objected, "upheld", Act(by=other))  # without words
    objected.refresh_from_db()
    assert objected.claimed_by is None
    assert deciding.decide(objected, "granted", Act(by=other)).name == "granted"


def test_an_act_that_fails_leaves_the_case_in_nobodys_hands(desk, case, facilitator):
    desk.refuses = "Not today"
    with pytest.raises(Refused):
        deciding.decide(case, "keep", Act(by=facilitator))
    case.refresh_from_db()
    assert case.claimed_by is None


def test_an_objection_to_the_only_facilitator_reaches_site_staff_once_a_day(objected, staff, facilitator, signed_in):
    noon = datetime(2030, 5, 6, 12, tzinfo=UTC)
    Case.objects.update(created_at=noon - timedelta(hours=1))
    assert left_to_staff.send_due(noon.replace(hour=5)) == 0
    assert [left_to_staff.send_due(noon), left_to_staff.send_due(noon + timedelta(hours=2))] == [1, 0]
    assert left_to_staff.send_due(noon + timedelta(days=1)) == 1
    first, _second = mails_to(staff.email)
    assert f"{CARE}{objected.pk}/" in text_of(first)
    assert "/care/staff/" in text_of(first)
    assert signed_in(staff).get("/bell/count/").json()["count"] == 1
    assert "needs care" not in signed_in(facilitator).get("/bell/").content.decode()
    decide(signed_in(staff), objected, decision="granted")
    assert left_to_staff.send_due(noon + timedelta(days=2)) == 0
    assert signed_in(staff).get("/bell/count/").json()["count"] == 0


def test_with_another_facilitator_nothing_is_left_to_staff(objected, other, staff, signed_in):
    assert list(Case.objects.left_to_staff()) == []
    assert signed_in(staff).get("/bell/count/").json()["count"] == 0
    Membership.objects.filter(user=other).update(state="left")
    assert list(Case.objects.left_to_staff()) == [objected]


def test_a_question_of_a_facilitators_own_is_still_theirs_to_note(desk, community, facilitator):
    case = Case.objects.create(kind="thing", thing_id=1, community=community, about=facilitator)
    assert deciding.decide(case, "keep", Act(by=facilitator)).name == "keep"


def test_the_page_of_site_staff_costs_the_same_for_much(signed_in, staff, topic, facilitator, member, query_count):
    def flag(count):
        for _number in range(count):
            reply = reply_to(topic, by=facilitator, body="Fools")
            flagging.flag(things.find("reply", reply.pk), by=member, reason="hurtful")

    client = signed_in(staff)
    flag(2)
    few = query_count(client, "/care/staff/")
    flag(6)
    assert query_count(client, "/care/staff/") == few


def test_only_site_staff_read_what_is_left_to_them(as_facilitator, visitor):
    assert as_facilitator.get("/care/staff/").status_code == 403
    assert visitor.get("/care/staff/").status_code == 302


def test_the_bell_costs_the_same_for_many_communities(as_facilitator, signed_in, facilitator, desk, query_count):
    def wait(count):
        for _number in range(count):
            community = MembershipFactory(user=facilitator, role="facilitator").community
            Case.objects.create(kind="thing", thing_id=community.pk, community=community)

    wait(1)
    few = query_count(as_facilitator, "/bell/")
    wait(6)
    assert query_count(signed_in(facilitator), "/bell/") == few


# --- Doing something to oneself, and twice ----------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["held", "released", "suspended", "removed", "warned"])
def test_nobody_does_anything_to_their_own_membership(as_facilitator, facilitator, community, other, what):
    membership = Membership.objects.get(user=facilitator)
    data = {"reason": points_of(community)[0], "words": "Me", "until": "week"}
    answer = as_facilitator.post(f"/moderate/person/{membership.pk}/{what}/", data)
    assert answer.status_code == 422
    assert "Somebody else" in answer.content.decode()
    membership.refresh_from_db()
    assert membership.state == "active"
    assert not ModerationAction.objects.exists()


def test_what_was_done_before_is_not_said_to_be_done_again(as_facilitator, topic, member, facilitator, community):
    data = {"reason": points_of(community)[0], "words": ""}
    url = f"/moderate/topic/{topic.pk}/locked/"
    assert "Whoever it is about is told why" in as_facilitator.post(url, data, follow=True).content.decode()
    again = as_facilitator.post(url, data, follow=True).content.decode()
    assert "That was done before" in again
    assert "told why" not in again
    own = topic_of(topic.forum, by=facilitator, title="Mine")
    done = as_facilitator.post(f"/moderate/topic/{own.pk}/locked/", data, follow=True).content.decode()
    assert "Done." in done
    assert "told why" not in done
    button = as_facilitator.post(f"/c/library/t/{own.pk}/set/", {"what": "lock"}, follow=True).content.decode()
    assert "That was done before" in button
