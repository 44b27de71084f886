"""What facilitators do: recorded once with its reason, told to the person, objected to before somebody else."""

import pytest
from django.urls import reverse

from blogs.models import PostState
from cop.base.errors import Refused
from cop.moderation import acting, flagging, objecting, restraining, telling, things
from cop.moderation.action_models import ModerationAction, Objection, What
from cop.moderation.guidelines import points_of
from cop.moderation.models import Case
from cop.moderation.policy_models import CarePolicy
from cop.moderation.things import Why
from discussions.models import Reply
from members import joining
from members.models import Membership, User
from tests.factories import ForumFactory, MembershipFactory, PostFactory, reply_to, topic_of
from tests.notifications.conftest import mails_to, text_of


@pytest.fixture
def topic(community, member):
    return topic_of(ForumFactory(community=community, audience="public"), by=member, title="Labels")


@pytest.fixture
def reply(topic, member):
    return reply_to(topic, by=member, body="You are all fools")


@pytest.fixture
def other(community):
    return MembershipFactory(community=community, role="facilitator", user__display_name="Felix").user


@pytest.fixture
def point(community):
    return points_of(community)[0]


@pytest.fixture
def hidden(reply, facilitator, point):
    acting.do(What.HIDDEN, "reply", reply.pk, by=facilitator, why=Why(point, "Please write it again."))
    return ModerationAction.objects.get()


def actions():
    return list(ModerationAction.objects.order_by("pk").values_list("what", flat=True))


def fresh(user):
    return User.objects.get(pk=user.pk)


# --- Doing ------------------------------------------------------------------------------------------------------------


def test_the_page_asks_for_a_point_of_the_guidelines_and_tells_the_person(as_facilitator, reply, member, point):
    url = f"/moderate/reply/{reply.pk}/hidden/"
    assert point in as_facilitator.get(url).content.decode()
    assert as_facilitator.post(url, {"reason": "", "words": "Kept"}).status_code == 422
    assert actions() == []
    assert as_facilitator.post(url, {"reason": point, "words": "Please"}).status_code == 302
    reply.refresh_from_db()
    assert reply.hidden_at is not None
    telling.tell_due()
    telling.tell_due()
    [mail] = mails_to(member.email)
    text = text_of(mail)
    for words in ("A facilitator has hidden", point, "Please", "You are all fools", "/moderated/"):
        assert words in text
    assert "Fatima" not in text


def test_what_people_do_to_their_own_things_is_no_moderation(as_member, as_facilitator, reply, topic, facilitator):
    as_member.post(f"/r/{reply.pk}/delete/")
    own = reply_to(topic, by=facilitator)
    acting.do(What.HIDDEN, "reply", own.pk, by=facilitator, why=Why())
    assert actions() == []


def test_doing_it_twice_is_recorded_once(reply, facilitator, other):
    assert acting.do(What.HIDDEN, "reply", reply.pk, by=facilitator, why=Why())
    assert not acting.do(What.HIDDEN, "reply", reply.pk, by=other, why=Why())
    assert actions() == ["hidden"]


@pytest.mark.parametrize(
    ("what", "back"), [(What.HIDDEN, What.SHOWN), (What.DELETED, What.RESTORED), (What.LOCKED, What.UNLOCKED)]
)
def test_what_is_done_to_a_topic_can_be_taken_back(topic, facilitator, what, back):
    assert acting.do(what, "topic", topic.pk, by=facilitator, why=Why())
    assert acting.do(back, "topic", topic.pk, by=facilitator, why=Why())
    topic.refresh_from_db()
    assert (topic.hidden_at, topic.deleted_at, topic.locked_at) == (None, None, None)
    assert actions() == [what, back]


def test_a_deleted_reply_comes_back_and_counts_again(topic, reply, facilitator):
    acting.do(What.DELETED, "reply", reply.pk, by=facilitator, why=Why())
    topic.refresh_from_db()
    assert topic.reply_count == 0
    acting.do(What.RESTORED, "reply", reply.pk, by=facilitator, why=Why())
    topic.refresh_from_db()
    assert topic.reply_count == 1
    assert Reply.objects.get(pk=reply.pk).deleted_at is None


def test_changing_somebodys_words_keeps_what_stood_there(as_facilitator, reply, point):
    data = {"body": "I disagree", "version": reply.version, "reason": point, "words": "Softer"}
    as_facilitator.post(f"/r/{reply.pk}/edit/", data)
    action = ModerationAction.objects.get()
    assert (action.what, action.passage, action.reason) == ("edited", "You are all fools", point)


def test_moving_splitting_and_merging_stand_in_the_log(as_facilitator, community, topic, reply, point):
    elsewhere = ForumFactory(community=community, audience="public")
    base = f"/c/library/t/{topic.pk}/"
    as_facilitator.post(f"{base}move/", {"forum": elsewhere.pk, "reason": point})
    as_facilitator.post(f"/r/{reply.pk}/split/", {"title": "Apart", "reason": point})
    new = Reply.objects.get(pk=reply.pk).topic
    as_facilitator.post(f"/c/library/t/{new.pk}/merge/", {"into": str(topic.pk), "reason": point})
    assert actions() == ["moved", "split", "merged"]
    assert set(ModerationAction.objects.values_list("reason", flat=True)) == {point}


def test_a_post_that_was_hidden_is_not_published_again_by_its_author(community, member, facilitator, signed_in):
    post = PostFactory(blog__community=community, blog__writers="members", author=member)
    assert acting.do(What.HIDDEN, "post", post.pk, by=facilitator, why=Why())
    post.refresh_from_db()
    assert post.state == PostState.WITHDRAWN
    signed_in(member).post(f"{post.get_absolute_url()}publish/")
    url = f"/c/library/blogs/{post.blog.slug}/{post.pk}/publish/"
    signed_in(member).post(url)
    post.refresh_from_db()
    assert post.state == PostState.WITHDRAWN
    assert acting.do(What.SHOWN, "post", post.pk, by=facilitator, why=Why())
    post.refresh_from_db()
    assert post.state == PostState.PUBLISHED


@pytest.mark.parametrize("person", ["member", "sponsor", "outsider"])
def test_only_facilitators_do_anything(request, signed_in, reply, point, person):
    client = signed_in(request.getfixturevalue(person))
    assert client.post(f"/moderate/reply/{reply.pk}/hidden/", {"reason": point}).status_code == 403
    assert actions() == []


@pytest.mark.parametrize("path", ["reply/999/hidden", "reply/{}/burnt", "reply/{}/suspended", "nonsense/{}/hidden"])
def test_what_is_not_there_or_cannot_be_done_is_not_found(as_facilitator, reply, path):
    assert as_facilitator.get(f"/moderate/{path.format(reply.pk)}/").status_code == 404


# --- People -----------------------------------------------------------------------------------------------------------


def test_writing_to_somebody_needs_words_and_reaches_them_with_the_passage(reply, facilitator, member):
    with pytest.raises(Refused):
        acting.warn("reply", reply.pk, by=facilitator, why=Why("1. Point", " "))
    acting.warn("reply", reply.pk, by=facilitator, why=Why("1. Point", "Please mind the tone."))
    telling.tell_due()
    text = text_of(mails_to(member.email)[0])
    assert "Please mind the tone." in text
    assert "You are all fools" in text
    assert Reply.objects.get(pk=reply.pk).hidden_at is None


def test_what_somebody_writes_is_read_first_until_it_no_longer_is(
    as_facilitator, signed_in, community, topic, member, point
):
    membership = Membership.objects.get(user=member)
    as_facilitator.post(f"/moderate/person/{membership.pk}/held/", {"reason": point})
    assert restraining.holds_posts_of(member, community)
    signed_in(member).post(f"/c/library/t/{topic.pk}/reply/", {"body": "And another thing"})
    assert not Reply.objects.filter(body="And another thing").exists()
    assert "as a facilitator decided" in as_facilitator.get("/c/library/care/").content.decode()
    page = as_facilitator.get(f"/people/{member.pk}/").content.decode()
    assert "Read their posts first no longer" in page
    as_facilitator.post(f"/moderate/person/{membership.pk}/released/", {"reason": point})
    assert not restraining.holds_posts_of(member, community)
    assert actions() == ["held", "released"]


def test_suspending_on_any_page_stands_in_the_log_and_says_how_to_object(facilitator, member):
    membership = Membership.objects.get(user=member)
    joining.suspend(membership, by=facilitator, reason="Third time")
    action = ModerationAction.objects.get()
    assert (action.what, action.words, action.about) == ("suspended", "Third time", member)
    [mail] = mails_to(member.email)
    assert "/moderated/" in text_of(mail)


def test_a_membership_is_ended_and_the_last_facilitators_is_not(community, facilitator, other, member, point):
    membership = Membership.objects.get(user=member)
    assert acting.do(What.REMOVED, "person", membership.pk, by=facilitator, why=Why(point))
    membership.refresh_from_db()
    assert membership.state == "left"
    Membership.objects.filter(user=other).update(role="member")
    with pytest.raises(Refused):
        acting.do(What.REMOVED, "person", Membership.objects.get(user=facilitator).pk, by=other, why=Why(point))


def test_a_person_can_be_flagged_by_those_who_share_a_community(as_member, as_outsider, as_facilitator, other):
    membership = Membership.objects.get(user=other)
    url = f"/flag/person/{membership.pk}/"
    assert as_outsider.get(url).status_code == 404
    assert as_member.post(url, {"reason": "hurtful", "words": "The photo"}).status_code == 302
    queue = as_facilitator.get("/c/library/care/").content.decode()
    assert "Flagged people" in queue
    assert "Felix" in queue


# --- Being told, and objecting ----------------------------------------------------------------------------------------


def test_the_bell_says_it_until_they_have_read_it(as_member, hidden):
    assert as_member.get("/bell/count/").json()["count"] == 1
    assert "About your reply in “Labels”" in as_member.get("/bell/").content.decode()
    as_member.get(f"/moderated/{hidden.pk}/")
    assert as_member.get("/bell/count/").json()["count"] == 1
    as_member.post(f"/moderated/{hidden.pk}/", {"seen": "1"})
    assert as_member.get("/bell/count/").json()["count"] == 0


def test_who_wrote_an_objection_does_not_lose_it_by_the_other_button(as_member, hidden):
    url = f"/moderated/{hidden.pk}/"
    page = as_member.get(url).content.decode()
    assert page.count("<form") - page.count('action="/') == 1, "both buttons are in one form"
    answer = as_member.post(url, {"words": "It was a quotation", "seen": "1"})
    assert answer.status_code == 422
    assert "It was a quotation" in answer.content.decode() and "Send it by “Object”" in answer.content.decode()
    assert as_member.get("/bell/count/").json()["count"] == 1
    assert as_member.post(url, {"words": "It was a quotation"}).status_code == 302
    assert Objection.objects.get().words == "It was a quotation"


def test_who_has_objected_already_says_that_it_was_read_by_a_button_of_its_own(as_member, hidden):
    url = f"/moderated/{hidden.pk}/"
    assert as_member.post(url, {"words": " ", "seen": "1"}).status_code == 302
    assert "I have read it" not in as_member.get(url).content.decode()


def test_nobody_else_reads_what_somebody_was_told(as_facilitator, as_sponsor, hidden):
    for client in (as_facilitator, as_sponsor):
        assert client.get(f"/moderated/{hidden.pk}/").status_code == 404


def test_another_facilitator_decides_and_what_was_done_is_taken_back(
    as_member, as_facilitator, signed_in, hidden, other, member, reply
):
    assert as_member.post(f"/moderated/{hidden.pk}/", {"words": ""}).status_code == 422
    assert as_member.post(f"/moderated/{hidden.pk}/", {"words": "It was a quotation"}).status_code == 302
    case = Case.objects.open().get()
    url = f"/c/library/care/{case.pk}/decide/"
    refused = as_facilitator.post(url, {"decision": "granted", "words": ""})
    assert refused.status_code == 422
    assert "Somebody else decides on this" in refused.content.decode()
    assert signed_in(other).post(url, {"decision": "granted", "words": "You are right."}).status_code == 302
    assert Reply.objects.get(pk=reply.pk).hidden_at is None
    objection = Objection.objects.get()
    assert (objection.is_granted, objection.decided_by) == (True, other)
    ModerationAction.objects.update(told_at=hidden.at)
    telling.tell_due()
    assert "agree with you" in text_of(mails_to(member.email)[-1])


def test_one_objects_once(hidden, member, facilitator):
    objecting.object_to(hidden, by=member, words="No")
    with pytest.raises(Refused):
        objecting.object_to(hidden, by=member, words="No!")
    with pytest.raises(Refused):
        objecting.object_to(hidden, by=facilitator, words="No")


def test_where_nobody_else_facilitates_site_staff_decides(hidden, member, staff, signed_in):
    objecting.object_to(hidden, by=member, words="No")
    case = Case.objects.left_to_staff().get()
    answer = signed_in(staff).post(f"/c/library/care/{case.pk}/decide/", {"decision": "upheld", "words": "It stays."})
    assert answer.status_code == 302
    assert Objection.objects.get().is_granted is False


# --- The log, guidelines, policy --------------------------------------------------------------------------------------


def test_the_log_names_people_to_facilitators_and_to_members_only_what_was_done(
    as_facilitator, as_member, as_outsider, community, hidden, point
):
    log = "/c/library/care/log/"
    page = as_facilitator.get(log).content.decode()
    for words in ("Fatima", "Labels", point, "You are all fools"):
        assert words in page
    assert as_member.get(log).status_code == 403
    CarePolicy.objects.create(community=community, is_log_shared=True)
    page = as_member.get(log).content.decode()
    assert point in page
    for name in ("Fatima", "You are all fools", "Please write it again."):
        assert name not in page
    assert as_outsider.get(log).status_code == 403


def test_the_log_costs_the_same_for_many_lines(as_facilitator, community, member, facilitator, query_count):
    def lines(count):
        given = {"community": community, "what": "hidden", "kind": "reply", "title": "x", "office": "facilitator"}
        for number in range(count):
            ModerationAction.objects.create(thing_id=number, about=member, by=facilitator, **given)

    lines(2)
    few = query_count(as_facilitator, "/c/library/care/log/")
    lines(30)
    assert query_count(as_facilitator, "/c/library/care/log/") == few


def test_everybody_who_reads_the_community_reads_its_guidelines(visitor, as_facilitator, community):
    assert "We speak about the matter" in visitor.get("/c/library/guidelines/").content.decode()
    as_facilitator.post("/c/library/guidelines/edit/", {"body": "  Be  kind. \n\nCite.\n"})
    assert points_of(community) == ["1. Be kind.", "2. Cite."]
    page = visitor.get("/c/library/guidelines/").content.decode()
    assert "Be kind." in page
    assert "We speak about the matter" not in page


@pytest.mark.parametrize("body", ["", " \n ", "\n".join("point" for _number in range(31)), "x" * 401])
def test_bad_guidelines_are_said_at_the_field_and_keep_what_was_typed(as_facilitator, community, body):
    before = points_of(community)
    answer = as_facilitator.post("/c/library/guidelines/edit/", {"body": body})
    assert answer.status_code == 422
    assert "body" in answer.context["form"].errors
    assert points_of(community) == before


# --- Slow, and back ---------------------------------------------------------------------------------------------------


def test_in_a_slow_topic_everybody_waits_and_facilitators_do_not(
    as_facilitator, as_member, facilitator, member, topic, reply, point
):
    url = f"/c/library/t/{topic.pk}/"
    as_facilitator.post(f"{url}slow/", {"minutes": "15", "reason": point})
    assert "Slow: a reply every 15 minutes" in as_member.get(topic.get_absolute_url()).content.decode()
    answer = as_member.post(f"{url}reply/", {"body": "And one more thing"})
    assert "you can reply again in" in answer.content.decode()
    assert "And one more thing" in answer.content.decode()
    assert not Reply.objects.filter(body="And one more thing").exists()
    as_facilitator.post(f"{url}reply/", {"body": "One"})
    as_facilitator.post(f"{url}reply/", {"body": "Two"})
    assert Reply.objects.filter(author=facilitator).count() == 2
    as_facilitator.post(f"{url}slow/", {"minutes": "0", "reason": "tidying"})
    as_member.post(f"{url}reply/", {"body": "And one more thing"})
    assert Reply.objects.filter(body="And one more thing").exists()
    assert actions() == ["slowed", "unlocked"]


@pytest.mark.parametrize("minutes", ["", "7", "-5", "x"])
def test_a_pace_that_is_not_offered_is_said_at_the_field(as_facilitator, topic, minutes):
    answer = as_facilitator.post(f"/c/library/t/{topic.pk}/slow/", {"minutes": minutes})
    assert answer.status_code == 422
    assert "minutes" in answer.context["form"].errors


def test_a_facilitator_brings_a_deleted_reply_back_where_it_stood(as_facilitator, as_member, topic, reply, facilitator):
    acting.do(What.DELETED, "reply", reply.pk, by=facilitator, why=Why())
    assert "Bring it back" in as_facilitator.get(topic.get_absolute_url()).content.decode()
    assert "Bring it back" not in as_member.get(topic.get_absolute_url()).content.decode()
    assert as_member.post(f"/r/{reply.pk}/delete/", {"undo": "1"}).status_code == 403
    as_facilitator.post(f"/r/{reply.pk}/delete/", {"undo": "1"})
    assert Reply.objects.get(pk=reply.pk).deleted_at is None


def test_whoever_decides_sees_what_had_to_be_done_before(as_facilitator, hidden, topic, member, outsider):
    other = reply_to(topic, by=member, body="Another one")
    flagging.flag(things.find("reply", other.pk), by=outsider, reason="other")
    page = as_facilitator.get("/c/library/care/").content.decode()
    assert "something had to be done 1 time before" in page
    assert f"/c/library/care/log/?about={member.pk}" in page


# --- Pinning ----------------------------------------------------------------------------------------------------------


def test_keeping_a_topic_on_top_and_no_longer_stands_in_the_log_and_is_told_to_nobody(
    topic, as_facilitator, facilitator, member
):
    url = reverse("discussions:topic-set", args=["library", topic.pk])
    for what in ("pin", "pin", "unpin", "unpin"):
        as_facilitator.post(url, {"what": what})
    assert actions() == ["pinned", "unpinned"]
    assert telling.tell_due() == 0
    page = as_facilitator.get("/c/library/care/log/").content.decode()
    assert "kept on top" in page and "no longer kept on top" in page


def test_keeping_ones_own_topic_on_top_stands_there_too(community, as_facilitator, facilitator):
    own = topic_of(ForumFactory(community=community), by=facilitator, title="Mine")
    as_facilitator.post(reverse("discussions:topic-set", args=["library", own.pk]), {"what": "pin"})
    assert actions() == ["pinned"]


# --- For which point --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "data", "what"),
    [
        ("rename/", {"title": "Other", "tags": ""}, "edited"),
        ("move/", {}, "moved"),
        ("merge/", {}, "merged"),
        ("slow/", {"minutes": "15"}, "slowed"),
    ],
)
def test_what_tidies_up_says_so_or_names_a_point(
    community, topic, member, as_facilitator, facilitator, path, data, what, point
):
    if what == "moved":
        data = {"forum": ForumFactory(community=community).pk}
    if what == "merged":
        data = {"into": f"https://x.example{topic_of(topic.forum, by=member, title='There').get_absolute_url()}"}
    url = f"/c/library/t/{topic.pk}/{path}"
    page = as_facilitator.post(url, {**data, "reason": ""})
    assert page.status_code == 422
    assert "Choose the point of the guidelines" in page.content.decode()
    assert actions() == []
    assert "Tidying up: no rule was broken" in as_facilitator.get(url).content.decode()
    as_facilitator.post(url, {**data, "reason": "tidying", "words": "It fits better."})
    assert actions() == [what]
    assert ModerationAction.objects.get().is_tidying
    page = as_facilitator.get("/c/library/care/log/").content.decode()
    assert "Tidying up: no rule was broken" in page
    if what != "slowed":
        telling.tell_due()
        [mail] = mails_to(member.email)
        assert "No rule was broken: this is tidying up." in text_of(mail) and "It fits better." in text_of(mail)
        assert "point of the guidelines" not in text_of(mail)


@pytest.mark.parametrize("what", ["hidden", "deleted", "warned"])
def test_what_is_held_against_somebody_is_no_tidying(as_facilitator, reply, what):
    url = f"/moderate/reply/{reply.pk}/{what}/"
    assert "Tidying up" not in as_facilitator.get(url).content.decode()
    assert as_facilitator.post(url, {"reason": "tidying", "words": "Hm"}).status_code == 422


@pytest.mark.parametrize("what", ["held", "suspended", "removed", "warned"])
def test_what_is_done_about_persons_names_a_point(as_facilitator, member, what):
    url = f"/moderate/person/{Membership.objects.get(user=member).pk}/{what}/"
    assert as_facilitator.post(url, {"reason": "", "words": "Hm"}).status_code == 422
    assert actions() == []


def test_what_takes_an_act_back_needs_no_point(as_facilitator, facilitator, member, point):
    membership = Membership.objects.get(user=member)
    acting.do(What.HELD, "person", membership.pk, by=facilitator, why=Why(point))
    url = f"/moderate/person/{membership.pk}/released/"
    assert 'name="reason"' not in as_facilitator.get(url).content.decode()
    as_facilitator.post(url, {"words": ""})
    assert actions() == ["held", "released"]


@pytest.mark.parametrize(("name", "data"), [("reply-hide", {}), ("reply-delete", {})])
def test_no_button_does_to_others_words_what_needs_a_point(as_facilitator, reply, name, data):
    answer = as_facilitator.post(reverse(f"discussions:{name}", args=[reply.pk]), data)
    assert answer["Location"].startswith(f"/moderate/reply/{reply.pk}/")
    assert actions() == []


@pytest.mark.parametrize("what", ["lock", "hide", "delete"])
def test_nor_to_others_topics(as_facilitator, topic, what):
    answer = as_facilitator.post(reverse("discussions:topic-set", args=["library", topic.pk]), {"what": what})
    assert answer["Location"].startswith(f"/moderate/topic/{topic.pk}/")
    assert actions() == []


def test_ones_own_are_changed_without_a_reason(as_facilitator, facilitator, community):
    own = topic_of(ForumFactory(community=community), by=facilitator, title="Mine")
    assert 'name="reason"' not in as_facilitator.get(f"/c/library/t/{own.pk}/rename/").content.decode()
    as_facilitator.post(reverse("discussions:topic-set", args=["library", own.pk]), {"what": "lock"})
    own.refresh_from_db()
    assert own.locked_at
