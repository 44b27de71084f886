"""Flags: anyone who can read asks to look, once; enough of them hide; who flagged hears what became of it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from cop.base.errors import Refused
from cop.guarding.models import WordList
from cop.moderation import flagging, telling, things
from cop.moderation.action_models import ModerationAction
from cop.moderation.flag_models import Flag
from cop.moderation.models import Case
from cop.moderation.policy_models import CarePolicy
from discussions.models import Reply
from members.models import Membership
from tests.factories import ForumFactory, MembershipFactory, reply_to, topic_of
from tests.notifications.conftest import mails_to, text_of

LONG_AGO = timedelta(days=100)


@pytest.fixture
def topic(community, member):
    forum = ForumFactory(community=community, audience="public")
    return topic_of(forum, by=member, title="Labels")


@pytest.fixture
def reply(topic, community):
    return reply_to(
        topic, by=MembershipFactory(community=community, user__display_name="Rudi").user, body="Buy my labels"
    )


def thing_of(reply):
    return things.find("reply", reply.pk)


def old_member(community, **fields):
    return MembershipFactory(community=community, joined_at=timezone.now() - LONG_AGO, **fields).user


def flag(client, reply, **data):
    return client.post(f"/flag/reply/{reply.pk}/", {"reason": "advertising", "words": "Look", **data})


# --- Flagging -------------------------------------------------------------------------------------------------------


def test_a_member_flags_and_the_facilitators_have_a_case(as_member, as_facilitator, reply):
    page = as_member.get(f"/flag/reply/{reply.pk}/").content.decode()
    assert "Buy my labels" in page
    assert flag(as_member, reply).status_code == 302
    queue = as_facilitator.get("/c/library/care/").content.decode()
    assert "Mina: It is advertising, or sent to many places. “Look”" in queue
    assert "Buy my labels" in queue
    assert "Rudi" in queue


def test_a_visitor_flags_what_is_public_once(visitor, reply):
    assert flag(visitor, reply).status_code == 302
    assert flag(visitor, reply).status_code == 422
    found = Flag.objects.get()
    assert found.by is None
    assert found.weight == flagging.OUTSIDER
    assert "127.0.0.1" not in found.visitor


def from_somewhere(number):
    """A visitor's browser in a network of its own."""
    return Client(REMOTE_ADDR=f"203.0.113.{number}")


@pytest.mark.parametrize("kind", ["reply", "nonsense", "topic"])
def test_what_one_may_not_read_cannot_be_flagged(visitor, as_outsider, reply, topic, kind):
    topic.forum.audience = topic.audience = "community"
    topic.save()
    number = topic.pk if kind == "topic" else reply.pk
    for client in (visitor, as_outsider):
        assert client.get(f"/flag/{kind}/{number}/").status_code == 404
        assert client.post(f"/flag/{kind}/{number}/", {"reason": "other"}).status_code == 404
    assert not Flag.objects.exists()


def test_the_link_to_it_stands_beside_what_others_wrote(as_member, visitor, reply, topic):
    for client in (as_member, visitor):
        page = client.get(topic.get_absolute_url()).content.decode()
        assert f'href="/flag/reply/{reply.pk}/"' in page
    opening = topic.replies.get(parent=None)
    assert f'href="/flag/reply/{opening.pk}/"' not in as_member.get(topic.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("data", "field"), [({"reason": "boredom"}, "reason"), ({"reason": ""}, "reason"), ({"words": "x" * 1001}, "words")]
)
def test_bad_input_is_said_at_the_field(as_member, reply, data, field):
    answer = flag(as_member, reply, **data)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Flag.objects.exists()


def test_nobody_flags_what_is_their_own(signed_in, reply):
    answer = flag(signed_in(reply.author), reply)
    assert answer.status_code == 422
    assert "This is yours" in answer.content.decode()


def test_a_program_that_fills_in_everything_flags_nothing(visitor, reply, settings):
    settings.FORM_TRAP_SECONDS = 2
    answer = flag(visitor, reply, website="http://spam.example")
    assert "send it again" in answer.content.decode()
    assert not Flag.objects.exists()


def test_a_member_is_never_taken_for_a_program(as_member, reply, settings):
    settings.FORM_TRAP_SECONDS = 2
    assert as_member.post(f"/flag/reply/{reply.pk}/", {"reason": "advertising"}).status_code == 302
    assert Flag.objects.count() == 1


def test_a_visitor_flags_only_so_often_an_hour(visitor, topic, member):
    replies = [reply_to(topic, by=member, body=f"Reply {number}") for number in range(6)]
    answers = [flag(visitor, one).status_code for one in replies]
    assert answers == [302] * 5 + [422]


# --- What flags count -----------------------------------------------------------------------------------------------


def test_what_a_flag_counts(community, facilitator, outsider, reply):
    newcomer = MembershipFactory(community=community).user
    thing = thing_of(reply)
    assert flagging.weight_of(facilitator, thing) == 100
    assert flagging.weight_of(old_member(community), thing) == 100
    assert flagging.weight_of(newcomer, thing) == 50
    assert flagging.weight_of(outsider, thing) == 25
    assert flagging.weight_of(None, thing) == 25
    assert flagging.weight_of(old_member(community, state="suspended"), thing) == 0


def test_whose_flags_were_turned_down_counts_less_and_a_facilitator_never_does(community, reply, facilitator):
    crier = old_member(community)
    for user in (crier, facilitator):
        for number in range(6):
            given = {"kind": "reply", "thing_id": 900 + number, "is_upheld": False, "decided_at": timezone.now()}
            Flag.objects.create(community=community, title="x", reason="other", by=user, **given)
    assert flagging.weight_of(crier, thing_of(reply)) == 25
    assert flagging.weight_of(facilitator, thing_of(reply)) == 100


def test_enough_flags_hide_until_a_facilitator_has_looked(signed_in, community, reply, as_facilitator, facilitator):
    for _number in range(3):
        reply.refresh_from_db()
        assert reply.hidden_at is None
        flag(signed_in(old_member(community)), reply)
    reply.refresh_from_db()
    assert reply.hidden_at is not None
    by_flags = ModerationAction.objects.get()
    assert (by_flags.by, by_flags.office, by_flags.what) == (None, "readers", "hidden")
    queue = as_facilitator.get("/c/library/care/").content.decode()
    assert "Hidden until somebody has looked at it." in queue
    case = Case.objects.get()
    as_facilitator.post(f"/c/library/care/{case.pk}/decide/", {"decision": "left", "words": ""})
    reply.refresh_from_db()
    assert reply.hidden_at is None
    # A facilitator has looked: more flags make a case, and hide no more.
    flag(signed_in(old_member(community)), reply)
    Flag.objects.update(decided_at=None)
    flag(signed_in(old_member(community)), reply)
    reply.refresh_from_db()
    assert reply.hidden_at is None
    assert Case.objects.open().count() == 1


def test_the_community_says_how_many_flags_hide(signed_in, community, reply, as_facilitator):
    as_facilitator.post("/c/library/care/policy/", {"flags_hide_at": "1"})
    flag(signed_in(old_member(community)), reply)
    reply.refresh_from_db()
    assert reply.hidden_at is not None


def test_with_none_flags_alone_hide_nothing(signed_in, community, reply):
    CarePolicy.objects.create(community=community, flags_hide_at=0)
    for _number in range(5):
        flag(signed_in(old_member(community)), reply)
    reply.refresh_from_db()
    assert reply.hidden_at is None


def test_somebody_suspended_hides_nothing(signed_in, community, reply):
    CarePolicy.objects.create(community=community, flags_hide_at=1)
    for _number in range(3):
        flag(signed_in(old_member(community, state="suspended")), reply)
    reply.refresh_from_db()
    assert reply.hidden_at is None
    assert Case.objects.open().count() == 1


def test_visitors_alone_hide_nothing_however_many_they_are(community, reply, signed_in):
    CarePolicy.objects.create(community=community, flags_hide_at=2)
    for number in range(20):
        assert flag(from_somewhere(number), reply, words="").status_code == 302
    reply.refresh_from_db()
    assert reply.hidden_at is None
    # Together they are one, so one who is known here is the second.
    flag(signed_in(old_member(community)), reply)
    reply.refresh_from_db()
    assert reply.hidden_at is not None


def test_many_new_accounts_of_one_person_are_one(community, reply, signed_in):
    CarePolicy.objects.create(community=community, flags_hide_at=1)
    for _number in range(6):
        assert flag(signed_in(MembershipFactory(community=community).user), reply, words="").status_code == 302
    assert flag(Client(), reply, words="").status_code == 302
    assert sorted(Flag.objects.values_list("weight", flat=True)) == [0] * 6 + [50]
    reply.refresh_from_db()
    assert reply.hidden_at is None


def test_who_is_known_here_counts_from_the_same_office(community, reply, signed_in):
    for _number in range(2):
        flag(signed_in(old_member(community)), reply, words="Advertising!")
    assert list(Flag.objects.values_list("weight", "network")) == [(100, "")] * 2


def test_the_same_words_again_add_nothing(community, reply):
    long = "They sell labels here every single week and nobody has ever asked them for any of it, please stop that now"
    for number, words in enumerate(["Sell", "SELL!", "s​ell", long, long.replace("weeк", "week"), long + "!", "Other"]):
        flag(from_somewhere(number), reply, words=words)
    weights = list(Flag.objects.order_by("pk").values_list("weight", flat=True))
    assert weights == [25, 0, 0, 25, 0, 0, 25]


def test_who_is_hardly_known_sends_no_listed_words_to_the_desk(visitor, as_member, community, reply, signed_in):
    WordList.objects.create(community=community, words="casino", links="spam.example")
    Reply.objects.filter(pk=reply.pk).update(text="Buy cheap labels")
    for words in ("Come to the cаsino", "See spam.example/x"):
        answer = flag(visitor, reply, words=words)
        assert answer.status_code == 422 and "list of words" in str(answer.context["form"].errors["words"])
        assert words in answer.content.decode()
    # Who quotes what is flagged, and who is known, says what is to be said.
    Reply.objects.filter(pk=reply.pk).update(text="Come to the casino")
    assert flag(visitor, reply, words="He says casino").status_code == 302
    assert flag(signed_in(old_member(community)), reply, words="See spam.example").status_code == 302


# --- What became of it ----------------------------------------------------------------------------------------------


def test_who_flagged_hears_what_became_of_it(as_member, as_facilitator, reply, member):
    flag(as_member, reply)
    case = Case.objects.get()
    point = "2. We write what helps others here; advertising does not."
    data = {"decision": "hidden", "reason": point, "words": "Please don't."}
    assert as_facilitator.post(f"/c/library/care/{case.pk}/decide/", data).status_code == 302
    telling.tell_due()
    telling.tell_due()
    [mail] = mails_to(member.email)
    assert "You were right" in text_of(mail)
    [other] = mails_to(reply.author.email)
    text = text_of(other)
    assert "A facilitator has hidden" in text
    assert point in text
    assert "Please don't." in text
    assert "Buy my labels" in text
    assert "Fatima" not in text
    assert "Mina" not in text


def test_hiding_it_on_its_own_page_settles_the_case_and_answers_the_flags(as_member, as_facilitator, reply):
    flag(as_member, reply)
    as_facilitator.post(
        f"/moderate/reply/{reply.pk}/hidden/", {"reason": "1. We speak about the matter, not about the person."}
    )
    assert not Case.objects.open().exists()
    assert Flag.objects.get().is_upheld is True


def test_what_its_author_deletes_meanwhile_can_be_put_away(as_member, signed_in, as_facilitator, reply):
    flag(as_member, reply)
    signed_in(reply.author).post(f"/r/{reply.pk}/delete/")
    Reply.objects.filter(pk=reply.pk).update(deleted_at=timezone.now())
    queue = as_facilitator.get("/c/library/care/").content.decode()
    assert "Buy my labels" not in queue
    case = Case.objects.get()
    as_facilitator.post(f"/c/library/care/{case.pk}/decide/", {"decision": "gone"})
    assert not Case.objects.open().exists()


def test_a_flag_on_what_was_deleted_is_refused(as_member, reply):
    Reply.objects.filter(pk=reply.pk).update(deleted_at=timezone.now())
    assert flag(as_member, reply).status_code == 404


def test_flagging_twice_at_once_makes_one(reply, member):
    flagging.flag(thing_of(reply), by=member, reason="other")
    with pytest.raises(Refused):
        flagging.flag(thing_of(reply), by=member, reason="other")
    assert Flag.objects.count() == 1


def test_many_flagged_things_cost_what_few_do(as_facilitator, topic, community, member, query_count):
    def flagged(count):
        for number in range(count):
            one = reply_to(topic, by=MembershipFactory(community=community).user, body=f"Reply {number}")
            flagging.flag(thing_of(one), by=member, reason="other")

    flagged(2)
    few = query_count(as_facilitator, "/c/library/care/")
    flagged(12)
    assert query_count(as_facilitator, "/c/library/care/") == few
    assert Membership.objects.count() > 14
