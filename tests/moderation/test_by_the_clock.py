"""What needs care by the clock: found once, settled by itself when it is over, and not found again once noted."""

from datetime import timedelta

import pytest
from django.utils import timezone

from blogs.sources import FeedSource, SourceUse
from cop.home import handing_over
from cop.home.models import HandOver
from cop.moderation import caring, sweeping
from cop.moderation.models import Case
from cop.notifications.models import Subscriber
from discussions import waiting_long
from discussions.models import Topic
from tests.factories import BlogFactory, ForumFactory, MembershipFactory, reply_to, topic_of

CARE = "/c/library/care/"


@pytest.fixture
def question(community, member):
    topic = topic_of(ForumFactory(community=community), by=member, title="Who binds theses?", kind="question")
    Topic.objects.filter(pk=topic.pk).update(started_at=timezone.now() - timedelta(days=8))
    return topic


@pytest.fixture
def use(community):
    source = FeedSource.objects.create(url="https://journal.example/feed", state="paused", trouble="Not found")
    return SourceUse.objects.create(blog=BlogFactory(community=community), source=source)


def kinds_open():
    return sorted(Case.objects.open().values_list("kind", flat=True))


def decide(client, **data):
    case = Case.objects.open().get()
    return client.post(f"{CARE}{case.pk}/decide/", {"words": "", **data})


def test_a_question_without_a_reply_waits_after_a_week(as_facilitator, question):
    sweeping.sweep()
    sweeping.sweep()
    assert kinds_open() == ["question"]
    page = as_facilitator.get(CARE).content.decode()
    assert "Who binds theses?" in page
    assert f"/c/library/t/{question.pk}/could-help/" in page


def test_it_is_settled_by_itself_once_somebody_replies(question, facilitator):
    sweeping.sweep()
    reply_to(question, by=facilitator)
    sweeping.sweep()
    case = Case.objects.get()
    assert (case.outcome, case.settled_by) == ("over", None)


def test_what_was_noted_is_not_found_again(as_facilitator, question):
    sweeping.sweep()
    assert decide(as_facilitator, decision="noted").status_code == 302
    sweeping.sweep()
    assert kinds_open() == []


@pytest.mark.parametrize(
    "fields", [{"locked_at": timezone.now()}, {"kind": "discussion"}, {"hidden_at": timezone.now()}]
)
def test_what_nobody_needs_to_answer_does_not_wait(question, fields):
    Topic.objects.filter(pk=question.pk).update(**fields)
    sweeping.sweep()
    assert kinds_open() == []


def test_a_failing_feed_waits_and_is_asked_again(as_facilitator, use):
    sweeping.sweep()
    assert "Not found" in as_facilitator.get(CARE).content.decode()
    decide(as_facilitator, decision="again")
    use.source.refresh_from_db()
    assert use.source.state == "active"


def test_a_failing_feed_can_be_paused_here(as_facilitator, use):
    sweeping.sweep()
    decide(as_facilitator, decision="stopped")
    use.refresh_from_db()
    assert use.is_paused
    sweeping.sweep()
    assert kinds_open() == []


def test_a_member_out_of_reach_waits_in_each_of_their_communities(as_facilitator, member):
    MembershipFactory(user=member)
    subscriber, _made = Subscriber.objects.get_or_create(address=member.email, defaults={"user": member})
    Subscriber.objects.filter(pk=subscriber.pk).update(user=member, unreachable_at=timezone.now())
    sweeping.sweep()
    assert kinds_open() == ["unreachable", "unreachable"]
    assert "Mail to Mina comes back" in as_facilitator.get(CARE).content.decode()
    Subscriber.objects.update(unreachable_at=None)
    sweeping.sweep()
    assert kinds_open() == []


def test_a_hand_over_without_an_answer_waits_after_two_weeks(as_facilitator, community, facilitator):
    handing_over.ask(community, email="new@example.org", line="", stays=True, by=facilitator)
    sweeping.sweep()
    assert kinds_open() == []
    HandOver.objects.update(asked_at=timezone.now() - timedelta(days=15))
    HandOver.objects.get().invitation.__class__.objects.update(expires_at=timezone.now() + timedelta(days=5))
    sweeping.sweep()
    assert "new@example.org was asked to facilitate" in as_facilitator.get(CARE).content.decode()
    decide(as_facilitator, decision="again")
    assert kinds_open() == []


def test_one_sort_that_fails_does_not_hold_up_the_others(question, monkeypatch):
    def fail(_at):
        raise ValueError

    monkeypatch.setitem(sweeping.finders._entries, "source", fail)
    sweeping.sweep()
    assert kinds_open() == ["question"]


def test_what_cannot_wait_stands_before_what_was_found_by_the_clock(as_facilitator, desk, question, community):
    sweeping.sweep()
    caring.needs_care("thing", 5, community=community)
    page = as_facilitator.get(CARE).content.decode()
    assert page.index("Thing 5") < page.index("Who binds theses?")


def test_however_many_wait_the_last_is_found_and_settled(community, member, facilitator, monkeypatch):
    for module in (sweeping, waiting_long):
        monkeypatch.setattr(module, "AT_ONCE", 2)
    forum, long_ago = ForumFactory(community=community), timezone.now() - timedelta(days=8)
    topics = [topic_of(forum, by=member, title=f"Q{number}", kind="question") for number in range(5)]
    Topic.objects.update(started_at=long_ago)
    sweeping.sweep()
    assert Case.objects.open().count() == 5
    # The first ones were noted, or are waiting still: those behind them are looked at all the same.
    caring.settle("question", topics[0].pk, by=facilitator, outcome="noted")
    reply_to(topics[4], by=facilitator)
    late = topic_of(forum, by=member, title="Q5", kind="question")
    Topic.objects.filter(pk=late.pk).update(started_at=long_ago)
    sweeping.sweep()
    assert set(Case.objects.open().values_list("thing_id", flat=True)) == {*(one.pk for one in topics[1:4]), late.pk}
    assert Case.objects.get(thing_id=topics[4].pk).outcome == "over"
