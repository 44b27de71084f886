"""Newcomers write a little at first; it ends by time, by thanks, and never holds for whom a facilitator invited."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cop.base.errors import Refused
from cop.guarding.models import Protection
from cop.guarding.newcomers import newcomer
from discussions import keeping_order, moderating, thanking, writing
from discussions.models import Reply, Topic
from discussions.vetting import signs_in_topics
from discussions.writing import Writer
from members.invitation_models import Invitation
from members.models import Membership
from members.standing import forget_standing
from tests.factories import ForumFactory, MembershipFactory, reply_to, topic_of

LINKS = "See https://one.example https://two.example https://three.example"


@pytest.fixture(autouse=True)
def _somebody_is_new_for_three_days(settings):
    settings.NEWCOMER_DAYS = 3


@pytest.fixture
def settled(facilitator, forum) -> Topic:
    """A topic of somebody who is at home."""
    return topic_of(forum, by=facilitator)


def reply(client, topic, body):
    return client.post(reverse("discussions:reply-add", args=[topic.community.slug, topic.pk]), {"body": body})


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (LINKS, "There are 3 links in it, and 2 are the most"),
        ("![a](/files/1/a.webp) ![b](/files/2/b.webp)", "There are 2 images in it, and 1 is the most"),
        ("@Anna.Berg @Ben.Carl @Cid.Dorn hello", "It calls 3 people by name"),
    ],
)
def test_too_much_is_said_at_the_field_with_the_day_when_it_ends(as_member, settled, body, sentence):
    answer = reply(as_member, settled, body).content.decode()
    assert sentence in answer and "This ends on" in answer and "thanked you for 2 messages" in answer
    assert body.split()[0] in answer
    assert Reply.objects.count() == 1
    assert reply(as_member, settled, "See https://one.example and https://two.example").status_code == 302


def test_the_fourth_topic_within_an_hour_waits(as_member, member, forum):
    url = reverse("discussions:topic-add", args=[forum.community.slug, forum.slug])
    for number in range(4):
        answer = as_member.post(url, {"kind": "discussion", "title": f"Topic {number}", "body": f"Words {number}"})
    assert "starts 3 topics an hour at most" in answer.content.decode() and "Words 3" in answer.content.decode()
    assert Topic.objects.count() == 3
    Reply.objects.update(posted_at=timezone.now() - timedelta(hours=2))
    assert as_member.post(url, {"kind": "discussion", "title": "Later", "body": "Words"}).status_code == 302


def test_replies_are_counted_apart_and_here_alone(member, settled, forum):
    elsewhere = topic_of(ForumFactory(), by=member)
    for number in range(10):
        reply_to(elsewhere, by=member)
        writing.reply(settled, body=f"Reply {number}", by=Writer(user=member))
    with pytest.raises(Refused, match="10 replies an hour"):
        writing.reply(settled, body="One more", by=Writer(user=member))
    assert writing.start_topic(title="Still", body="Words", by=Writer(user=member), forum=forum)


def is_new(user, community) -> bool:
    forget_standing(user)
    return newcomer(user, community) is not None


def test_it_ends_by_time(member, community):
    assert is_new(member, community)
    Membership.objects.update(joined_at=timezone.now() - timedelta(days=3, minutes=1))
    assert not is_new(member, community)


def test_it_ends_by_thanks_and_begins_again_by_what_was_hidden(member, other, settled, community):
    first, second = reply_to(settled, by=member), reply_to(settled, by=member)
    thanking.thank(first, by=other)
    assert is_new(member, community)
    thanking.thank(second, by=other)
    assert not is_new(member, community)
    moderating.hide(reply_to(settled, by=member), by=settled.starter) if hasattr(moderating, "hide") else None
    Reply.objects.filter(pk=second.pk).update(hidden_at=timezone.now())
    Membership.objects.update(joined_at=timezone.now() - timedelta(days=4))
    forget_standing(member)
    assert newcomer(member, community).is_shortened_by_thanks is False


def test_facilitators_staff_and_who_was_invited_by_name_are_at_home(facilitator, staff, member, community):
    assert not is_new(facilitator, community) and not is_new(staff, community)
    given = {"community": community, "email": member.email.upper(), "token": "t", "expires_at": timezone.now()}
    invitation = Invitation.objects.create(**given, accepted_at=timezone.now(), is_personal=True)
    assert is_new(member, community)
    Invitation.objects.filter(pk=invitation.pk).update(is_personal=False)
    assert not is_new(member, community)


def test_a_community_has_its_own_numbers(as_member, settled, community, member):
    Protection.objects.create(community=community, links=3)
    assert reply(as_member, settled, LINKS).status_code == 302
    Protection.objects.update(newcomer_days=0)
    assert not is_new(member, community)


def test_a_change_holds_no_more_than_a_message(member, settled):
    message = reply_to(settled, by=member)
    with pytest.raises(Refused, match="3 links"):
        writing.edit(message, body=LINKS, by=member, version=1)


def test_somebody_of_another_community_is_new_here(community, outsider):
    assert is_new(outsider, community)
    assert MembershipFactory(community=community, user=outsider, joined_at=timezone.now() - timedelta(days=9))
    assert not is_new(outsider, community)


@pytest.mark.parametrize("opens_a_topic", [False, True])
def test_what_a_facilitator_deleted_counts_against_a_newcomer_and_what_they_deleted_themselves_does_not(
    member, facilitator, settled, forum, opens_a_topic
):
    made = topic_of(forum, by=member) if opens_a_topic else reply_to(settled, by=member)
    Reply.objects.update(told_at=timezone.now())
    delete = keeping_order.delete_topic if opens_a_topic else keeping_order.delete_reply
    restore = keeping_order.restore_topic if opens_a_topic else keeping_order.restore_reply
    delete(made.pk, member)
    assert signs_in_topics(member, forum.community).bad == 0
    restore(made.pk, member)
    delete(made.pk, facilitator)
    assert signs_in_topics(member, forum.community).bad == 1
    restore(made.pk, facilitator)
    assert signs_in_topics(member, forum.community).bad == 0
