"""Round-ups of communities: the best first, never what was seen or mailed, nothing worth it, no mail."""

from datetime import time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cop.notifications import catching_up, community_digests, community_following, notifying, pacing
from cop.notifications.models import Subscription
from cop.notifications.notice_models import Notification
from discussions import marks, telling
from members.models import Membership, User
from members.profile_models import Profile
from tests.discussions.conftest import forum, other, topic  # noqa: F401 - fixtures
from tests.factories import (
    CommunityFactory,
    EventFactory,
    ForumFactory,
    MembershipFactory,
    UserFactory,
    reply_to,
    topic_of,
)
from tests.notifications.conftest import mails_to, names_to, text_of

TOMORROW = timedelta(days=1, hours=1)


def reading_daily(community, *, user: User | None = None, pace: str = "daily") -> User:
    """A member who gets the community's round-up."""
    user = user or UserFactory()
    MembershipFactory(community=community, user=user)
    community_following.follow_as_members(community)
    row = Subscription.objects.to("community", community.pk).get(subscriber__user=user)
    pacing.change_pace(row, pace)
    return user


def make_due() -> None:
    Subscription.objects.filter(thing_kind="community", pace="daily").update(digest_due_at=timezone.now())


def send(after: timedelta = TOMORROW) -> int:
    """Let the round-ups of the time to come go out."""
    notifying.notify_due()
    return community_digests.send_due(timezone.now() + after)


@pytest.fixture
def reader(community) -> User:
    return reading_daily(community)


def sections_of(user: User) -> list[str]:
    """The lines of the last mail, without what lies below them."""
    [*_earlier, mail] = mails_to(user.email)
    return [line.strip() for line in text_of(mail).splitlines() if line and not line.startswith("  ")]


def test_the_best_comes_first(reader, community, forum, member, other):  # noqa: F811
    Profile.objects.create(user=reader).ask_about.set(["labels"])
    topic_of(forum, by=member, title="We weed on Fridays")
    topic_of(forum, by=member, title="Who prints labels?", kind="question")
    waiting = topic_of(forum, by=member, title="Where are offprints?", kind="question")
    lively = topic_of(forum, by=member, title="A new roof")
    notifying.notify_due()
    Notification.objects.filter(user=reader, activity__object_id=lively.pk, activity__kind="topic").delete()
    reply_to(lively, by=member)
    reply_to(lively, by=other)
    telling.tell_due(timezone.now() + timedelta(minutes=3))
    mine = topic_of(forum, by=reader, title="My own question", kind="question")
    Subscription.objects.to("topic", mine.pk).delete()
    reply_to(mine, by=other)
    soon = timezone.now() + timedelta(hours=36)
    when = {"timezone": "UTC", "first_day": soon.date(), "first_time": time(min(soon.hour, 22))}
    EventFactory(community=community, title="Open house", **when)
    notifying.notify_due()
    Notification.objects.filter(user=reader, reason__in=[2, 3]).update(mail="muted")
    assert send() == 1
    text = "\n".join(sections_of(reader))
    order = ["Said to you", "My own question", "You may know about this", "Who prints labels?"]
    order += ["Questions that wait", waiting.title, "Discussed by several people", "A new roof", "New", "We weed"]
    order += ["What comes", "Open house"]
    places = [text.index(words) for words in order]
    assert places == sorted(places), text


def test_nothing_new_no_mail_and_nothing_twice(reader, forum, member):  # noqa: F811
    assert send() == 0
    topic_of(forum, by=member, title="Who weeds?")
    make_due()
    assert send() == 1
    make_due()
    assert send() == 0
    assert names_to(reader.email) == ["community_digest"]


def test_what_was_read_or_mailed_is_left_out(reader, forum, member):  # noqa: F811
    topic_of(forum, by=member, title="Who weeds?")
    notifying.notify_due()
    catching_up.mark_all_read(reader)
    assert send() == 0


def test_a_lively_topic_that_was_read_is_left_out(reader, topic, member, other):  # noqa: F811
    notifying.notify_due()
    Notification.objects.all().delete()
    reply_to(topic, by=other)
    reply_to(topic, by=MembershipFactory(community=topic.community).user)
    marks.mark_all_read(topic, by=reader)
    assert send() == 0


def test_who_left_or_stepped_back_or_paused_gets_none(reader, community, forum, member):  # noqa: F811
    second, third = reading_daily(community), reading_daily(community)
    topic_of(forum, by=member)
    Membership.objects.filter(user=reader).update(state="left")
    Membership.objects.filter(user=second).update(stepped_back_at=timezone.now())
    notifying.notify_due()
    subscriber = third.subscribers.get()
    due = Subscription.objects.get(subscriber=subscriber).digest_due_at
    third.subscribers.update(paused_until=due + timedelta(days=3))
    assert send() == 0
    assert Subscription.objects.get(subscriber=subscriber).digest_due_at > due + timedelta(days=3)


def test_facilitators_get_what_members_may_not_read(community, facilitator, member):
    community_following.follow_as_members(community)
    for user in (facilitator, member):
        pacing.change_pace(Subscription.objects.to("community", community.pk).get(subscriber__user=user), "daily")
    closed = ForumFactory(community=community, audience="facilitators")
    topic_of(closed, by=MembershipFactory(community=community, role="facilitator").user, title="Among us")
    assert send() == 1
    assert "Among us" in text_of(mails_to(facilitator.email)[0])
    assert names_to(member.email) == []


def test_all_communities_come_in_one_mail_or_in_one_each(community, forum, member):  # noqa: F811
    reader = reading_daily(community)
    second = CommunityFactory(name="Seed Savers")
    reading_daily(second, user=reader)
    topic_of(forum, by=member, title="Who weeds?")
    topic_of(ForumFactory(community=second), by=MembershipFactory(community=second).user, title="Who sows?")
    assert send() == 1
    [mail] = mails_to(reader.email)
    assert "Who weeds?" in text_of(mail) and "Who sows?" in text_of(mail)
    reader.subscribers.update(is_digest_together=False)
    topic_of(forum, by=member, title="Who mows?")
    topic_of(ForumFactory(community=second), by=MembershipFactory(community=second).user, title="Who reaps?")
    make_due()
    assert send() == 2
    assert [mail["Subject"] for mail in mails_to(reader.email)[1:]] == [
        "Library Team: Who mows?",
        "Seed Savers: Who reaps?",
    ]


def test_one_click_stops_all_round_ups(visitor, reader, forum, member):  # noqa: F811
    topic_of(forum, by=member)
    send()
    [mail] = mails_to(reader.email)
    url = str(mail["List-Unsubscribe"]).strip("<>").removeprefix("http://localhost:8000")
    assert "Stop them" in visitor.get(url).content.decode()
    assert Subscription.objects.to("community", forum.community_id).get(subscriber__user=reader).pace == "daily"
    visitor.post(url, {"List-Unsubscribe": "One-Click"})
    assert Subscription.objects.to("community", forum.community_id).get(subscriber__user=reader).pace == "muted"
    assert visitor.get("/mail/digests/leave/nobody/").status_code == 404


def test_a_letter_that_fails_holds_up_nobody_else(reader, community, forum, member, monkeypatch):  # noqa: F811
    facilitating = reading_daily(community)
    Membership.objects.filter(user=facilitating).update(role="facilitator")
    closed = ForumFactory(community=community, audience="facilitators")
    topic_of(closed, by=MembershipFactory(community=community, role="facilitator").user, title="Among us")
    topic_of(forum, by=member, title="Who weeds?")
    prepare = community_digests._prepare

    def broken(letter, kept, at):
        titles = {pk: row.title for happened in kept.values() for pk, row in happened.activities.items()}
        if any(titles[pk] == "Among us" for one in letter.chosen for pk in one.ids):
            raise ValueError("broken")
        return prepare(letter, kept, at)

    monkeypatch.setattr(community_digests, "_prepare", broken)
    assert send() == 1
    monkeypatch.undo()
    assert send() == 1
    assert names_to(facilitating.email) == ["community_digest"]


def test_twenty_readers_cost_as_many_queries_as_two(community, forum, member):  # noqa: F811
    def count() -> int:
        topic_of(forum, by=member)
        notifying.notify_due()
        make_due()
        with CaptureQueriesContext(connection) as queries:
            community_digests.send_due(timezone.now() + TOMORROW)
        return len(queries)

    for _number in range(2):
        reading_daily(community)
    few = count()
    for user in UserFactory.create_batch(18):
        MembershipFactory(community=community, user=user)
    community_following.follow_as_members(community)
    Subscription.objects.filter(thing_kind="community").update(pace="daily")
    assert count() == few
