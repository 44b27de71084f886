"""What becomes of an objection that is right: what was done is undone, and where it cannot be, that is said plainly."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cop.base.errors import Refused
from cop.moderation import acting, deciding, letters, objecting, restraining, telling
from cop.moderation.action_models import ModerationAction, Objection, What
from cop.moderation.histories import histories_of
from cop.moderation.kinds import Act
from cop.moderation.models import Case
from cop.moderation.things import Why
from discussions import keeping_order, writing
from discussions.models import Reply, Topic
from members import joining
from members.models import Membership, User
from tests.factories import ForumFactory, MembershipFactory, reply_to, topic_of
from tests.notifications.conftest import mails_to, text_of

CARE = "/c/library/care/"
WHY = Why("1. We speak about the matter, not about the person.", "Please")


@pytest.fixture
def topic(community, member):
    return topic_of(ForumFactory(community=community, audience="public"), by=member, title="Labels")


@pytest.fixture
def reply(topic, member):
    return reply_to(topic, by=member, body="You are *all* fools")


@pytest.fixture
def other(community):
    return MembershipFactory(community=community, role="facilitator", user__display_name="Felix").user


def objected(member, what):
    action = ModerationAction.objects.filter(what=what, about=member).latest("pk")
    objecting.object_to(action, by=member, words="It was a quotation")
    return Case.objects.open().get(kind="objection")


def offered(case):
    return [decision.name for decision in deciding.decisions_about(case, deciding.shown_of(case))]


def answer(case, name, by, words=""):
    deciding.decide(case, name, Act(by=User.objects.get(pk=by.pk), words=words))


def told(member):
    """The mail and the page about the objection."""
    telling.tell_due()
    text = text_of([mail for mail in mails_to(member.email) if "objection" in mail["Subject"]][-1])
    return " ".join(text.split())


# --- Undone -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["hidden", "deleted"])
def test_a_reply_stands_again(reply, member, facilitator, other, what):
    acting.do(what, "reply", reply.pk, by=facilitator, why=WHY)
    case = objected(member, what)
    assert offered(case) == ["granted", "upheld"]
    answer(case, "granted", other)
    reply.refresh_from_db()
    assert (reply.hidden_at, reply.deleted_at) == (None, None)
    assert "again" in told(member)


def test_a_topic_is_open_again(topic, member, facilitator, other):
    acting.do(What.LOCKED, "topic", topic.pk, by=facilitator, why=WHY)
    answer(objected(member, "locked"), "granted", other)
    topic.refresh_from_db()
    assert topic.locked_at is None
    assert "Members can reply again." in told(member)


@pytest.mark.parametrize("role", ["member", "facilitator"])
def test_who_was_removed_is_a_member_again(community, member, facilitator, other, role, signed_in):
    membership = Membership.objects.get(user=member)
    Membership.objects.filter(pk=membership.pk).update(role=role)
    acting.do(What.REMOVED, "person", membership.pk, by=facilitator, why=WHY)
    answer(objected(member, "removed"), "granted", other)
    membership.refresh_from_db()
    assert (membership.state, membership.role) == ("active", "member")
    assert "You are a member again" in told(member)
    assert ModerationAction.objects.latest("pk").what == "readmitted"
    page = signed_in(member).get(f"/moderated/{Objection.objects.get().action_id}/").content.decode()
    assert "You are a member again" in page


def test_who_came_back_by_themselves_and_was_suspended_is_not_let_in_by_it(community, member, facilitator, other):
    membership = Membership.objects.get(user=member)
    acting.do(What.REMOVED, "person", membership.pk, by=facilitator, why=WHY)
    case = objected(member, "removed")
    joining.join(community, by=member)
    joining.suspend(membership, by=facilitator)
    with pytest.raises(Refused):
        answer(case, "granted", other)
    assert Objection.objects.get().decided_at is None
    answer(case, "agreed", other)
    assert Objection.objects.get().is_taken_back is False


@pytest.mark.parametrize("what", ["suspended", "held"])
def test_what_keeps_somebody_from_writing_is_lifted(community, member, facilitator, other, what):
    membership = Membership.objects.get(user=member)
    acting.do(what, "person", membership.pk, by=facilitator, why=WHY)
    answer(objected(member, what), "granted", other)
    membership.refresh_from_db()
    assert membership.state == "active"
    assert not restraining.holds_posts_of(member, community)


def test_changed_words_say_again_what_they_said_as_a_version_of_their_own(as_facilitator, reply, member, other):
    data = {"body": "I disagree", "version": reply.version, "reason": WHY.reason, "words": "Softer"}
    as_facilitator.post(f"/r/{reply.pk}/edit/", data)
    case = objected(member, "edited")
    assert offered(case) == ["granted", "agreed", "upheld"]
    answer(case, "granted", other)
    now = Reply.objects.get(pk=reply.pk)
    assert now.body == "You are *all* fools"
    assert "<em>all</em>" in now.body_html
    assert [row.body for row in now.revisions.order_by("version")] == ["You are *all* fools", "I disagree", now.body]
    assert "says again what you had written" in told(member)
    assert ModerationAction.objects.latest("pk").what == "reverted"


def test_words_that_were_changed_again_since_are_not_overwritten(as_facilitator, reply, member, other):
    as_facilitator.post(f"/r/{reply.pk}/edit/", {"body": "I disagree", "version": reply.version, "reason": WHY.reason})
    now = Reply.objects.get(pk=reply.pk)
    writing.edit(now, body="My own new words", by=member, version=now.version)
    case = objected(member, "edited")
    with pytest.raises(Refused):
        answer(case, "granted", other)
    answer(case, "agreed", other)
    assert Reply.objects.get(pk=reply.pk).body == "My own new words"
    assert "stay as they are now" in told(member)


def test_a_renamed_topic_has_its_title_and_tags_again(topic, member, facilitator, other):
    topic.tags.set(["labels"])
    keeping_order.rename(topic, title="Something else", tags=["other"], by=facilitator, why=WHY)
    answer(objected(member, "edited"), "granted", other)
    now = Topic.objects.get(pk=topic.pk)
    assert now.title == "Labels"
    assert [tag.name for tag in now.tags.all()] == ["labels"]


def test_a_moved_topic_is_back_where_it_was(community, topic, member, facilitator, other):
    before = topic.forum
    keeping_order.move(topic, forum=ForumFactory(community=community), by=facilitator, why=WHY)
    case = objected(member, "moved")
    answer(case, "granted", other)
    now = Topic.objects.get(pk=topic.pk)
    assert (now.forum, now.audience) == (before, before.audience)
    assert "back where it was" in told(member)


# --- Said, where it cannot be undone ----------------------------------------------------------------------------------


def test_what_cannot_be_undone_is_called_otherwise_and_the_mail_says_what_stays(
    topic, reply, member, facilitator, other, signed_in, community
):
    acting.warn("reply", reply.pk, by=facilitator, why=WHY)
    case = objected(member, "warned")
    assert offered(case) == ["agreed", "upheld"]
    page = signed_in(other).get(CARE).content.decode()
    assert "They were right: say so" in page
    assert "take it back" not in page
    with pytest.raises(Refused):
        answer(case, "granted", other)
    answer(case, "agreed", other, words="You were quoting.")
    text = told(member)
    for words in ("agree with you", "Nothing had been done to it", "not counted against you", "You were quoting."):
        assert words in text
    assert "taken back" not in text
    assert "objected to, rightly" in signed_in(other).get(f"{CARE}log/").content.decode()
    assert histories_of(community, [member])[member.pk].actions == 0


def test_a_merged_topic_stays_merged_and_the_mail_says_so(topic, member, facilitator, other):
    target = topic_of(topic.forum, by=facilitator, title="All labels")
    keeping_order.merge(topic, into=target, by=facilitator, why=WHY)
    case = objected(member, "merged")
    assert offered(case) == ["agreed", "upheld"]
    answer(case, "agreed", other)
    assert "cannot be taken apart" in told(member)


# --- What whoever decides sees ----------------------------------------------------------------------------------------


def test_the_card_shows_the_passage_what_was_done_and_why(reply, member, facilitator, other, signed_in):
    acting.do(What.DELETED, "reply", reply.pk, by=facilitator, why=WHY)
    case = objected(member, "deleted")
    page = signed_in(other).get(CARE).content.decode()
    for words in ("You are all fools", "Fatima did this: deleted.", WHY.reason, "Please", "It was a quotation"):
        assert words in page
    # What is deleted leads nowhere: the title leads to the case.
    assert f'<a href="{case.get_absolute_url()}" data-open' in page
    letters.write_due(timezone.now() + timedelta(minutes=5))
    assert "You are all fools" in text_of(mails_to(other.email)[-1])


def test_the_card_of_changed_words_shows_them_before_and_after(as_facilitator, signed_in, reply, member, other):
    as_facilitator.post(f"/r/{reply.pk}/edit/", {"body": "I disagree", "version": reply.version, "reason": WHY.reason})
    objected(member, "edited")
    page = signed_in(other).get(CARE).content.decode()
    assert page.index("You are all fools") < page.index("I disagree")


def test_many_objections_cost_as_much_as_few(topic, member, facilitator, other, signed_in, query_count):
    def objections(count):
        for _number in range(count):
            acting.do(What.HIDDEN, "reply", reply_to(topic, by=member).pk, by=facilitator, why=WHY)
            objecting.object_to(ModerationAction.objects.latest("pk"), by=member, words="No")

    client = signed_in(other)
    objections(2)
    few = query_count(client, CARE)
    objections(5)
    assert query_count(client, CARE) == few
