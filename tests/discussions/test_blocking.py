"""Whoever blocks somebody neither sees nor hears of them, and the other one is not told."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from cop.agreements import committing
from cop.base.errors import Refused
from cop.notifications import gathering
from cop.notifications.models import Activity
from cop.notifications.notice_models import Notification
from discussions import helping, mentioning, telling
from discussions.models import Topic
from members import blocking, closing_account, inviting
from members.blocking_models import Block
from members.closing_models import Choice
from members.models import Membership
from members.profile_models import Profile
from tests.factories import MembershipFactory, UserFactory, reply_to, topic_of
from tests.notifications.conftest import names_to


@pytest.fixture
def blocked(member, other):
    """Mina blocked Olga."""
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    blocking.block(other, by=member)
    return other


def tell() -> None:
    telling.tell_due(timezone.now() + timedelta(minutes=3))


def test_their_replies_and_topics_fold_to_one_line_for_me_alone(
    topic, forum, blocked, as_member, facilitator, signed_in
):
    reply_to(topic, by=blocked, body="Read this!")
    started = topic_of(forum, by=blocked, title="Mine")
    html = as_member.get(topic.get_absolute_url()).content.decode()
    fold = html.index("Somebody you blocked")
    assert fold < html.index("Olga") < html.index("Read this!") < html.index("</details>", html.index("Read this!"))
    assert "A topic of somebody you blocked" in as_member.get(forum.get_absolute_url()).content.decode()
    assert "you blocked" not in signed_in(facilitator).get(topic.get_absolute_url()).content.decode()
    assert as_member.get(started.get_absolute_url()).status_code == 200


def test_nothing_of_theirs_rings_or_is_mailed(topic, forum, member, blocked, facilitator):
    sent = reply_to(topic, by=blocked, body="@Mina look")
    topic_of(forum, by=blocked)
    tell()
    assert names_to(member.email) == []
    assert not Notification.objects.filter(user=member, activity__by=blocked).exists()
    assert Notification.objects.filter(user=facilitator, activity__by=blocked).exists()
    assert not sent.mentions.filter(user=member).exists()


def test_what_came_before_the_block_rings_no_more(topic, member, other):
    reply_to(topic, by=other)
    tell()
    assert Notification.objects.visible_to(member).filter(activity__by=other).exists()
    blocking.block(other, by=member)
    assert not Notification.objects.visible_to(member).filter(activity__by=other).exists()
    assert not Activity.objects.visible_to(member).filter(by=other).exists()
    told = gathering.told_to([member.pk], [topic.community_id], since=timezone.now() - timedelta(days=1))
    assert told.blocked[member.pk] == {other.pk}


def test_their_words_come_with_nobody_elses_mail(topic, member, blocked, facilitator):
    for _each in range(3):
        reply_to(topic, by=blocked)
        reply_to(topic, by=facilitator)
    telling.tell_due(timezone.now() + timedelta(minutes=20))
    assert names_to(member.email) == []
    assert Notification.objects.filter(user=member, activity__by=facilitator).count() == 3


def test_neither_is_suggested_to_the_other(topic, member, blocked, community):
    given = {"community": community, "audience": "public"}
    assert mentioning.suggest("Mina", by=blocked, **given) == []
    assert mentioning.suggest("Olga", by=member, **given) == []


def test_they_cannot_invite_me_and_see_no_difference(member, blocked, community):
    elsewhere = MembershipFactory(user=blocked, role="facilitator").community
    invitation, is_new = inviting.invite(elsewhere, member.email, role="member", message="Come!", by=blocked)
    assert is_new
    assert invitation.sent_at is not None
    assert names_to(member.email) == []


def test_they_cannot_write_to_me_by_asking_for_promises_or_help(forum, member, blocked, community):
    profile = Profile.objects.create(user=member, is_glad_to_be_asked=True)
    profile.ask_about.add("boxes")
    committing.ask(community, by=blocked, person=member, text="Do it", due_on=timezone.localdate())
    question = topic_of(forum, by=blocked, title="Which boxes", kind="question")
    assert helping.who_could_help(question, reader=blocked) == []
    with pytest.raises(Refused):
        helping.invite(question, member, by=blocked)
    tell()
    assert names_to(member.email) == []


def test_a_block_is_one_button_twice_the_same_and_undone_in_the_list(as_member, member, other, signed_in):
    url = reverse("members:person-block", args=[other.pk])
    for _each in range(2):
        answer = as_member.post(url, follow=True)
        assert "You have blocked them" in answer.content.decode()
    assert Block.objects.count() == 1
    assert "Olga" in as_member.get(reverse("members:blocked")).content.decode()
    assert "blocked them" not in signed_in(other).get(member.get_absolute_url()).content.decode()
    as_member.post(url, {"undo": "1"})
    assert not Block.objects.exists()


def test_nobody_blocks_themselves_or_whom_they_may_not_know_of(as_member, member, signed_in):
    as_member.post(reverse("members:person-block", args=[member.pk]))
    stranger = UserFactory()
    assert as_member.post(reverse("members:person-block", args=[stranger.pk])).status_code == 404
    assert not Block.objects.exists()


def test_who_left_can_be_unblocked(as_member, member, blocked):
    Membership.objects.filter(user=blocked).delete()
    as_member.post(reverse("members:person-block", args=[blocked.pk]), {"undo": "1"})
    assert not Block.objects.exists()


def test_blocks_go_with_the_account(member, blocked):
    closing_account.close(blocked, choice=Choice.KEEP)
    assert not Block.objects.exists()


def test_pages_cost_the_same_for_many_blocks(as_member, member, topic, forum, query_count):
    pages = [topic.get_absolute_url(), forum.get_absolute_url(), reverse("members:blocked")]
    reply_to(topic, by=MembershipFactory(community=forum.community).user)
    blocking.block(UserFactory(), by=member)
    before = [query_count(as_member, url) for url in pages]
    for _each in range(8):
        person = MembershipFactory(community=forum.community).user
        reply_to(topic, by=person)
        topic_of(forum, by=person)
        blocking.block(person, by=member)
    assert Topic.objects.count() == 9
    assert [query_count(as_member, url) for url in pages] == before
