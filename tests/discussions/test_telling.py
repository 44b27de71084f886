"""Followers hear of what is written: once, not of their own, and not of what was taken back at once."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from cop.notifications import following as follows
from cop.notifications.models import Subscription
from discussions import moderating, telling
from discussions.following import thing_of_forum, thing_of_topic
from discussions.models import Reply
from tests.factories import reply_to, topic_of
from tests.notifications.conftest import mails_to, names_to, text_of

LATER = timedelta(minutes=3)


@pytest.fixture(autouse=True)
def _member_is_proven(member):
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)


def tell() -> int:
    return telling.tell_due(timezone.now() + LATER)


def test_who_started_a_topic_hears_of_each_reply_once(topic, member, other):
    reply_to(topic, by=other, body="In **boxes**.")
    assert telling.tell_due() == 0
    tell()
    tell()
    assert names_to(member.email) == ["reply"]
    mail = mails_to(member.email)[0]
    assert mail["Subject"] == "Re: Where do you keep offprints?"
    assert "Olga" in mail["From"]
    assert "In **boxes**." in text_of(mail)
    assert "because it answers what you wrote" in text_of(mail)


def test_nobody_hears_of_their_own_words(topic, member):
    reply_to(topic, by=member)
    tell()
    assert names_to(member.email) == []


def test_what_is_taken_back_at_once_is_told_to_nobody(topic, member, other):
    sent = reply_to(topic, by=other)
    moderating.take_back(sent, by=other)
    tell()
    assert names_to(member.email) == []
    assert not Reply.objects.filter(told_at=None).exists()


def test_followers_of_a_forum_hear_of_new_topics(forum, member, other):
    assert follows.follow(other, thing_of_forum(forum))
    topic_of(forum, by=member, title="Who weeds?")
    tell()
    assert mails_to(other.email)[0]["Subject"] == "Who weeds?"


def test_who_chose_no_mail_is_not_made_to_follow_again(topic, member, other):
    follows.unfollow(member, thing_of_topic(topic))
    reply_to(topic, by=member)
    reply_to(topic, by=other)
    tell()
    assert names_to(member.email) == []


def test_one_who_left_the_community_hears_nothing_of_what_members_read(topic, forum, member, other, community):
    from discussions import opening

    forum.audience = "community"
    opening.change_forum(forum)
    community.memberships.filter(user=member).update(state="left")
    reply_to(topic, by=other)
    tell()
    assert names_to(member.email) == []


def test_a_topic_is_followed_and_left_by_a_button(as_other, topic, other):
    url = f"/c/library/t/{topic.pk}/follow/"
    as_other.post(url)
    assert Subscription.objects.to("topic", topic.pk).confirmed().filter(subscriber__user=other).exists()
    as_other.post(url, {"stop": "1"})
    assert not Subscription.objects.to("topic", topic.pk).confirmed().filter(subscriber__user=other).exists()


def test_what_waited_for_days_is_told_to_nobody(topic, other, member):
    sent = reply_to(topic, by=other)
    Reply.objects.filter(pk=sent.pk).update(posted_at=timezone.now() - timedelta(days=4))
    tell()
    assert names_to(member.email) == []


def test_posting_costs_as_many_queries_with_50_followers_as_with_2(topic, other, django_assert_max_num_queries):
    from tests.notifications.conftest import readers

    readers(thing_of_topic(topic), 50)
    reply_to(topic, by=other)
    with django_assert_max_num_queries(45):
        reply_to(topic, by=other)
