"""Followers hear of what is written: once, not of their own, and not of what was taken back at once."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from cop.notifications import community_following, pacing
from cop.notifications import following as follows
from cop.notifications.models import Subscription
from cop.notifications.notice_models import Notification
from discussions import moderating, telling, writing
from discussions.following import thing_of_forum, thing_of_topic
from discussions.models import Reply
from tests.factories import ForumFactory, MembershipFactory, reply_to, topic_of
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
    assert "You follow this topic." in as_other.get(topic.get_absolute_url()).content.decode()
    as_other.post(url, {"what": "mute"})
    assert Subscription.objects.to("topic", topic.pk).get(subscriber__user=other).pace == "muted"
    assert "You muted this topic" in as_other.get(topic.get_absolute_url()).content.decode()


def test_a_forum_is_followed_and_muted_by_a_button(as_other, forum, member, other):
    url = f"{forum.get_absolute_url()}follow/"
    as_other.post(url, {"what": "mute"})
    topic_of(forum, by=member, title="Who weeds?")
    tell()
    assert not Notification.objects.filter(user=other).exists()
    as_other.post(url, {"what": "follow"})
    assert "You follow this forum." in as_other.get(forum.get_absolute_url()).content.decode()
    topic_of(forum, by=member, title="Who dusts?")
    tell()
    assert names_to(other.email) == ["topic"]


def test_a_topic_can_be_muted_that_was_never_followed(as_other, topic, member, other):
    as_other.post(f"/c/library/t/{topic.pk}/follow/", {"what": "mute"})
    reply_to(topic, by=member, body="@Olga?")
    reply_to(topic, by=member)
    tell()
    assert names_to(other.email) == []
    assert Notification.objects.get(user=other, activity__kind="reply").mail == "muted"


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


def test_many_replies_at_once_come_in_one_mail_when_it_is_quiet_again(topic, member, other):
    start = timezone.now()
    for number in range(4):
        reply_to(topic, by=other, body=f"Words {number}", at=start + timedelta(minutes=number))
    assert telling.tell_due(start + timedelta(minutes=6)) == 0
    assert telling.tell_due(start + timedelta(minutes=9)) == 1
    [mail] = mails_to(member.email)
    assert mail["Subject"] == "Re: Where do you keep offprints?"
    assert "4 replies in" in text_of(mail)
    assert text_of(mail).index("Words 0") < text_of(mail).index("Words 3")
    assert set(Notification.objects.filter(user=member, reason=2).values_list("mail", flat=True)) == {"sent"}


def test_a_rush_that_does_not_end_is_told_all_the_same(topic, member, other):
    start = timezone.now()
    for minutes in (0, 4, 8, 12):
        reply_to(topic, by=other, at=start + timedelta(minutes=minutes))
    assert telling.tell_due(start + timedelta(minutes=14, seconds=30)) == 0
    assert telling.tell_due(start + timedelta(minutes=15)) == 1


def test_of_a_rush_nobody_is_mailed_what_they_read_or_wrote_all_of(topic, member, other, as_member):
    sent = [reply_to(topic, by=other) for _number in range(4)]
    as_member.post(f"/c/library/t/{topic.pk}/read/", {"ids": ",".join(str(one.pk) for one in sent)})
    telling.tell_due(timezone.now() + timedelta(minutes=6))
    assert names_to(member.email) == names_to(other.email) == []


def test_what_is_changed_within_the_first_minutes_is_mailed_as_it_is_then(topic, member, other):
    sent = reply_to(topic, by=other, body="In boxs.")
    writing.edit(sent, body="In boxes.", by=other, version=1)
    tell()
    [mail] = mails_to(member.email)
    assert "In boxes." in text_of(mail)


def test_mails_thread_by_the_message_that_they_answer(forum, topic, member, other):
    follows.follow(other, thing_of_forum(forum))
    second = topic_of(forum, by=member, title="Who weeds?")
    first_reply = reply_to(second, by=other)
    reply_to(second, by=member, parent=first_reply)
    tell()
    opening, answer = mails_to(other.email)
    assert opening["Message-ID"] == f"<topic-{second.pk}@localhost>"
    assert answer["In-Reply-To"] == f"<reply-{first_reply.pk}@localhost>"
    assert answer["References"] == f"<topic-{second.pk}@localhost> <reply-{first_reply.pk}@localhost>"
    assert mails_to(member.email)[-1]["In-Reply-To"] == f"<topic-{second.pk}@localhost>"


def test_who_wants_each_message_of_a_community_gets_each_once(forum, topic, member, other, community):
    someone = MembershipFactory(community=community).user
    community_following.follow_as_members(community)
    pacing.change_pace(follows.subscription_of(someone, community_following.thing_of(community)), "each")
    topic_of(forum, by=member, title="Who weeds?")
    reply_to(topic, by=other, body="![box](/files/7/) see")
    tell()
    subjects = [mail["Subject"] for mail in mails_to(someone.email)]
    assert subjects == [topic.title, f"Re: {topic.title}", "Who weeds?"]
    assert "![box](http://localhost:8000/files/7/) see" in text_of(mails_to(someone.email)[1])
    why = " ".join(text_of(mails_to(someone.email)[0]).split())
    assert "because you chose to get each message of Library Team" in why


def test_each_message_of_a_community_is_not_what_its_reader_may_not_read(community, facilitator, forum):
    someone = MembershipFactory(community=community).user
    community_following.follow_as_members(community)
    pacing.change_pace(follows.subscription_of(someone, community_following.thing_of(community)), "each")
    topic_of(ForumFactory(community=community, audience="facilitators"), by=facilitator)
    tell()
    assert names_to(someone.email) == []
