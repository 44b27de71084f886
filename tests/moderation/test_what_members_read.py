"""What flagging, acting and the log show of things: no more than whoever reads it may see."""

import pytest

from cop.moderation import acting, flagging, things
from cop.moderation.action_models import ModerationAction, What
from cop.moderation.policy_models import CarePolicy
from cop.moderation.things import Why
from members.models import Community, Membership
from members.profile_models import Profile
from tests.factories import BlogFactory, ForumFactory, MembershipFactory, PostFactory, reply_to, topic_of

LOG = "/c/library/care/log/"
SECRET = "I left my husband"


@pytest.fixture
def person(community):
    made = MembershipFactory(community=community, user__display_name="Tom")
    Profile.objects.create(user=made.user, about=SECRET, about_html=f"<p>{SECRET}</p>", seen_by={"about": "nobody"})
    return made


@pytest.fixture
def shared(community):
    return CarePolicy.objects.create(community=community, is_log_shared=True)


def lines(client):
    return client.get(LOG).content.decode()


# --- People -----------------------------------------------------------------------------------------------------------


def test_what_somebody_says_to_nobody_is_shown_to_nobody_who_flags_or_moderates_them(
    as_member, as_facilitator, person, outsider, facilitator
):
    assert SECRET not in as_member.get(f"/flag/person/{person.pk}/").content.decode()
    assert SECRET not in as_facilitator.get(f"/moderate/person/{person.pk}/held/").content.decode()
    flagging.flag(things.find("person", person.pk), by=facilitator, reason="hurtful")
    queue = as_facilitator.get("/c/library/care/").content.decode()
    assert "Tom" in queue
    assert SECRET not in queue
    acting.do(What.HELD, "person", person.pk, by=facilitator, why=Why("1. Point"))
    acting.do(What.REMOVED, "person", person.pk, by=facilitator, why=Why("1. Point"))
    assert set(ModerationAction.objects.values_list("passage", flat=True)) == {""}


def test_what_they_say_to_who_shares_a_community_is_shown_to_those(as_member, as_facilitator, person, facilitator):
    Profile.objects.update(seen_by={"about": "sharing"})
    assert SECRET in as_member.get(f"/flag/person/{person.pk}/").content.decode()
    acting.do(What.SUSPENDED, "person", person.pk, by=facilitator, why=Why("1. Point"))
    assert ModerationAction.objects.get().passage == SECRET
    assert SECRET in as_facilitator.get(f"/moderate/person/{person.pk}/readmitted/").content.decode()
    # Who is suspended shares the community with nobody.
    assert SECRET not in as_member.get(f"/flag/person/{person.pk}/").content.decode()


# --- The log that members read ----------------------------------------------------------------------------------------


def test_members_read_no_title_of_what_is_for_facilitators(as_member, as_facilitator, community, facilitator, shared):
    staff_room = ForumFactory(community=community, audience="facilitators")
    topic = topic_of(staff_room, by=MembershipFactory(community=community).user, title="Whom to suspend")
    acting.do(What.LOCKED, "topic", topic.pk, by=facilitator, why=Why("1. Point"))
    assert "Whom to suspend" in lines(as_facilitator)
    page = lines(as_member)
    assert "Whom to suspend" not in page
    assert topic.get_absolute_url() not in page
    assert "Something that you cannot see" in page


@pytest.mark.parametrize("what", [What.HIDDEN, What.DELETED])
def test_members_read_no_title_of_what_is_hidden_or_deleted(as_member, community, facilitator, member, shared, what):
    topic = topic_of(ForumFactory(community=community), by=member, title="Cheap watches")
    acting.do(what, "topic", topic.pk, by=facilitator, why=Why("1. Point"))
    assert "Cheap watches" not in lines(as_member)
    acting.do(acting.OPPOSITES[what], "topic", topic.pk, by=facilitator, why=Why())
    assert f'<a href="{topic.get_absolute_url()}" dir="auto">Cheap watches</a>' in lines(as_member)


def test_what_is_called_otherwise_today_has_its_new_name_for_members(
    as_member, as_facilitator, community, member, shared
):
    topic = topic_of(ForumFactory(community=community), by=member, title="Anna is a fool")
    as_facilitator.post(f"/c/library/t/{topic.pk}/rename/", {"title": "On shelves", "tags": "", "reason": "tidying"})
    page = lines(as_member)
    assert "On shelves" in page
    assert "Anna is a fool" not in page


def test_the_log_of_members_costs_the_same_for_many_lines(
    as_member, community, facilitator, member, shared, query_count
):
    topics = [topic_of(ForumFactory(community=community), by=member, title=f"T{number}") for number in range(6)]
    blog = BlogFactory(community=community)

    def act(some):
        for topic in some:
            acting.do(What.HIDDEN, "reply", reply_to(topic, by=member).pk, by=facilitator, why=Why())
            acting.do(What.LOCKED, "topic", topic.pk, by=facilitator, why=Why())
            acting.do(What.HIDDEN, "post", PostFactory(blog=blog, author=member).pk, by=facilitator, why=Why())

    act(topics[:1])
    few = query_count(as_member, LOG)
    act(topics[1:])
    assert query_count(as_member, LOG) == few


def test_people_are_not_named_to_members(as_member, facilitator, person, shared):
    acting.do(What.HELD, "person", person.pk, by=facilitator, why=Why("1. Point"))
    page = lines(as_member)
    assert "Tom" not in page
    assert "A member" in page
    assert Membership.objects.get(pk=person.pk).state == "active"


def test_the_log_and_the_guidelines_are_led_to_from_where_members_are(as_member, as_outsider, community, member):
    topic = topic_of(ForumFactory(community=community), by=member)
    about = "/c/library/about/"
    log = 'href="/c/library/care/log/"'
    assert log not in as_member.get(about).content.decode()
    CarePolicy.objects.update_or_create(community=community, defaults={"is_log_shared": True})
    assert log in as_member.get(about).content.decode()
    assert log not in as_outsider.get(about).content.decode()
    for place in (topic.get_absolute_url(), f"{topic.forum.get_absolute_url()}start/"):
        assert 'href="/c/library/guidelines/"' in as_member.get(place).content.decode(), place
    Community.objects.update(join_rule="request")
    assert 'href="/c/library/guidelines/"' in as_outsider.get("/c/library/ask/").content.decode()
