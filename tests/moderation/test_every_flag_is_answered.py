"""Whoever flags hears what became of it, whichever way the thing ends; and the log says only what was done."""

import pytest

from cop.base.errors import Refused
from cop.moderation import acting, deciding, flagging, things
from cop.moderation.action_models import ModerationAction
from cop.moderation.flag_models import Flag
from cop.moderation.kinds import Act
from cop.moderation.models import Case
from cop.moderation.telling import tell_due
from cop.moderation.things import Why
from discussions import keeping_order
from members import joining
from members.models import Membership
from tests.factories import ForumFactory, MembershipFactory, reply_to, topic_of
from tests.notifications.conftest import mails_to, text_of


@pytest.fixture
def reply(community, facilitator, member):
    return reply_to(topic_of(ForumFactory(community=community), by=facilitator), by=member, body="Buy marbles")


@pytest.fixture
def flagger(community):
    return MembershipFactory(community=community, user__display_name="Flora").user


def flagged(kind, thing, by) -> Case:
    flagging.flag(things.find(kind, thing.pk), by=by, reason="advertising")
    return Case.objects.get(kind=f"flag-{kind}")


def decide(case, name, by, reason="Be kind"):
    deciding.decide(case, name, Act(by=by, reason=reason, words=""))


def answer_of(user) -> str:
    flag = Flag.objects.get(by=user)
    assert flag.decided_at
    tell_due()
    return text_of(mails_to(user.email)[-1])


def test_what_its_writer_takes_away_is_answered_and_counts_for_nobody(reply, member, flagger):
    case = flagged("reply", reply, flagger)
    keeping_order.delete_reply(reply.pk, member)
    case.refresh_from_db()
    assert case.is_settled
    assert "It is no longer there" in answer_of(flagger)
    assert Flag.objects.get().is_upheld is None


def test_its_writer_does_not_end_a_case_by_changing_a_word(reply, member, flagger):
    case = flagged("reply", reply, flagger)
    keeping_order.edit(reply, body="Buy marbles!", by=member, version=1)
    case.refresh_from_db()
    assert not case.is_settled
    assert Flag.objects.get().decided_at is None


def test_reading_somebodys_posts_first_says_that_the_flag_was_right(community, member, facilitator, flagger):
    case = flagged("person", Membership.objects.get(user=member), flagger)
    decide(case, "held", facilitator)
    assert Flag.objects.get().is_upheld is True
    assert "You were right" in answer_of(flagger)


def test_what_is_put_away_is_answered_too(reply, member, facilitator, flagger):
    case = flagged("reply", reply, flagger)
    reply.topic.delete()
    decide(case, "gone", facilitator)
    assert "It is no longer there" in answer_of(flagger)


@pytest.mark.parametrize("what", ["suspended", "removed"])
def test_who_has_left_meanwhile_is_not_said_to_have_been_kept_out(community, member, facilitator, flagger, what):
    membership = Membership.objects.get(user=member)
    case = flagged("person", membership, flagger)
    joining.leave(community, by=member)
    with pytest.raises(Refused, match="changed meanwhile"):
        decide(case, what, facilitator)
    assert not ModerationAction.objects.filter(what=what).exists()
    decide(case, "gone", facilitator)
    assert "It is no longer there" in answer_of(flagger)


def test_what_was_done_before_is_not_written_down_again(reply, facilitator, flagger, community):
    case = flagged("reply", reply, flagger)
    other = MembershipFactory(community=community, role="facilitator").user
    acting.do("hidden", "reply", reply.pk, by=None, why=Why())
    decide(case, "hidden", facilitator)
    assert ModerationAction.objects.filter(what="hidden", by=facilitator).count() == 1
    membership = Membership.objects.get(user=reply.author)
    acting.do("held", "person", membership.pk, by=other, why=Why("Be kind"))
    second = flagged("person", membership, flagger)
    with pytest.raises(Refused, match="Nothing was done"):
        decide(second, "held", facilitator)
    assert ModerationAction.objects.filter(what="held").count() == 1
