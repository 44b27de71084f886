"""Round-ups: at the reader's hour, only where there is something new, and nothing twice."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cop.mail import outbox
from cop.mail.models import Delivery, Mailing
from cop.notifications import activities as story
from cop.notifications import announcing, digesting, leaving, pacing
from cop.notifications.models import Activity, Pace, Subscription
from tests.factories import ActivityFactory, MembershipFactory
from tests.notifications.conftest import activities, mails_to, names_to, readers, text_of

# A Wednesday; the reader's weekly hour is Monday at 8 in UTC unless a test says otherwise.
NOW = datetime(2027, 3, 10, 12, 0, tzinfo=UTC)
MONDAY = datetime(2027, 3, 15, 8, 0, 30, tzinfo=UTC)
WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def weekly(reader) -> Subscription:
    pacing.change_pace(reader, Pace.WEEKLY)
    reader.refresh_from_db()
    return reader


def sweep(clock, at) -> int:
    clock.move_to(at)
    return digesting.send_due()


def digests() -> list[str]:
    return [
        text_of(mail) for mail in mails_to("rosa@example.net") if "round-up came" in " ".join(text_of(mail).split())
    ]


def test_a_weekly_round_up_comes_once_and_holds_what_is_new(shelf, weekly, clock):
    activities(shelf, 3)
    assert sweep(clock, MONDAY - timedelta(hours=1)) == 0
    assert sweep(clock, MONDAY) == 1
    assert sweep(clock, MONDAY + timedelta(minutes=1)) == 0
    (text,) = digests()
    assert all(activity.title in text for activity in Activity.objects.all())


def test_nothing_new_no_mail(shelf, weekly, clock):
    activities(shelf, 1)
    sweep(clock, MONDAY)
    assert sweep(clock, MONDAY + WEEK) == 0
    assert len(digests()) == 1


def test_nothing_comes_twice_over_the_weeks(shelf, weekly, clock):
    for week in range(3):
        ActivityFactory(thing=shelf, title=f"Issue {week}")
        sweep(clock, MONDAY + week * WEEK)
    for week, text in enumerate(digests()):
        assert [f"Issue {number}" in text for number in range(3)] == [number == week for number in range(3)]


def test_what_was_there_before_the_reader_came_is_not_mailed(shelf, subscribe, clock):
    activities(shelf, 2)
    readers(shelf, 1, pace="weekly", mailed_up_to=pacing.newest_of(shelf.kind, shelf.id), digest_due_at=NOW)
    assert sweep(clock, MONDAY) == 0


def test_what_was_recorded_this_very_moment_waits_for_the_next_one(shelf, weekly, clock):
    """Its transaction may hold an activity with a lower id that is not committed yet."""
    clock.move_to(MONDAY)
    activities(shelf, 1)
    assert digesting.send_due() == 0
    assert sweep(clock, MONDAY + WEEK) == 1


def test_a_withdrawn_post_is_left_out(shelf, weekly, clock):
    kept, withdrawn = activities(shelf, 2)
    story.withdraw(withdrawn.kind, withdrawn.object_id)
    sweep(clock, MONDAY)
    assert kept.title in digests()[0]
    assert withdrawn.title not in digests()[0]


def test_who_left_paused_or_stopped_gets_no_round_up(shelf, clock):
    left, paused, stopped = rows = readers(shelf, 3, pace="weekly", digest_due_at=MONDAY)
    activities(shelf, 1)
    leaving.leave(left)
    pacing.pause(paused.subscriber, MONDAY + timedelta(days=1))
    leaving.suppress(stopped.subscriber)
    assert sweep(clock, MONDAY) == 0
    assert not Delivery.objects.filter(key__in=[row.token for row in rows]).exists()


def test_after_a_pause_the_round_up_holds_what_was_missed(shelf, weekly, clock):
    pacing.pause(weekly.subscriber, MONDAY + timedelta(days=1))
    activities(shelf, 1)
    assert sweep(clock, MONDAY) == 0
    assert sweep(clock, MONDAY + WEEK) == 1


def test_changing_from_weekly_to_each_sends_what_waited_and_nothing_twice(shelf, weekly, clock):
    waited = ActivityFactory(thing=shelf, title="It waited")
    pacing.change_pace(weekly, Pace.EACH)
    assert sweep(clock, NOW + timedelta(minutes=2)) == 1
    later = publish(shelf, title="It came later")
    assert later == 1
    assert sweep(clock, MONDAY) == 0
    assert names_to("rosa@example.net") == ["confirm_subscription", "digest", "already_subscribed"]
    assert waited.title in digests()[0]


def test_changing_from_each_to_weekly_repeats_nothing(shelf, reader, clock):
    assert publish(shelf, title="Mailed at once") == 1
    pacing.change_pace(reader, Pace.WEEKLY)
    assert publish(shelf, title="For the round-up") == 0
    sweep(clock, MONDAY)
    assert "For the round-up" in digests()[0]
    assert "Mailed at once" not in digests()[0]


def test_going_back_and_forth_loses_and_repeats_nothing(shelf, weekly, clock):
    ActivityFactory(thing=shelf, title="The first")
    for pace in (Pace.EACH, Pace.WEEKLY, Pace.DAILY, Pace.WEEKLY):
        pacing.change_pace(weekly, pace)
    ActivityFactory(thing=shelf, title="The second")
    for minutes in range(3):
        sweep(clock, NOW + timedelta(minutes=2 + minutes))
    sweep(clock, MONDAY)
    assert ["The first" in text for text in digests()] == [True, False]
    assert ["The second" in text for text in digests()] == [False, True]


def test_muted_is_silent_and_starts_afresh(shelf, weekly, clock):
    activities(shelf, 1)
    pacing.change_pace(weekly, Pace.MUTED)
    assert sweep(clock, MONDAY) == 0
    pacing.change_pace(weekly, Pace.WEEKLY)
    assert sweep(clock, MONDAY + WEEK) == 0


def test_who_lost_the_membership_gets_no_round_up_of_a_closed_blog(shelf, change, clock, member):
    thing = change(shelf, audience="community")
    row = readers(thing, 1, pace="weekly", digest_due_at=MONDAY, subscriber__user=member)[0]
    other = readers(thing, 1, pace="weekly", digest_due_at=MONDAY)[0]
    activities(thing, 1)
    member.memberships.update(state="left")
    assert sweep(clock, MONDAY) == 0
    member.memberships.update(state="active")
    assert sweep(clock, MONDAY + WEEK) == 1
    assert Delivery.objects.filter(key=row.token).exists()
    assert not Delivery.objects.filter(key=other.token).exists()


def test_a_post_for_fewer_people_than_the_blog_is_left_out(shelf, weekly, clock):
    activities(shelf, 1, audience="facilitators")
    assert sweep(clock, MONDAY) == 0


def test_two_workers_at_once_send_one_round_up(shelf, weekly, clock):
    activities(shelf, 1)
    clock.move_to(MONDAY)
    at = timezone.now()
    (row,) = digesting._due(at).values(*digesting.GROUPED_BY)
    group = digesting.Group(**row)
    assert [digesting._send(group, shelf, at) for _worker in range(2)] == [1, 0]
    assert len(digests()) == 1


def test_two_hundred_readers_cost_as_many_queries_as_two(make_shelf, clock):
    counts = []
    for number in (2, 200):
        clock.move_to(NOW)
        thing = make_shelf()
        readers(thing, number, pace="weekly", digest_due_at=MONDAY)
        activities(thing, 3)
        clock.move_to(MONDAY)
        with CaptureQueriesContext(connection) as queries:
            assert digesting.send_due() == number
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert Mailing.objects.filter(name="digest").count() == 2
    assert Subscription.objects.filter(digest_due_at__lte=MONDAY + timedelta(days=6)).count() == 0


def test_readers_in_other_zones_get_it_at_their_own_hour(shelf, clock):
    for zone, count in (("UTC", 2), ("Asia/Tokyo", 3)):
        for row in readers(shelf, count, pace="daily", subscriber__timezone=zone):
            Subscription.objects.filter(pk=row.pk).update(digest_due_at=pacing.due_at(row, after=NOW))
    activities(shelf, 1)
    assert sweep(clock, datetime(2027, 3, 10, 23, 0, 30, tzinfo=UTC)) == 3  # 8 o'clock in Tokyo
    assert sweep(clock, datetime(2027, 3, 11, 8, 0, 30, tzinfo=UTC)) == 2


def publish(thing, **given) -> int:
    """What a blog does when it publishes: a line in the story, and a mail to those who want each post."""
    activity = ActivityFactory(thing=thing, **given)
    mailing = announcing.prepare(
        "already_subscribed", thing=thing, dedupe_key=f"post:{activity.pk}", context={"activity": activity}
    )
    return announcing.announce(activity, mailing=mailing)


def test_a_post_goes_to_those_who_want_each_and_only_once(shelf, reader):
    readers(shelf, 2, pace="each")
    readers(shelf, 1, pace="daily")
    readers(shelf, 1, state="waiting")
    activity = ActivityFactory(thing=shelf)
    mailing = announcing.prepare("already_subscribed", thing=shelf, dedupe_key="post:1", context={})
    assert announcing.announce(activity, mailing=mailing) == 3
    assert announcing.announce(activity, mailing=mailing) == 0
    assert outbox.progress(mailing).total == 3


def test_a_suspended_member_gets_no_post_of_a_public_blog(shelf, community):
    suspended = MembershipFactory(community=community, state="suspended").user
    readers(shelf, 1, subscriber__user=suspended)
    assert publish(shelf) == 0


def test_a_post_to_many_costs_as_many_queries_as_to_two(make_shelf):
    counts = []
    for number in (2, 500):
        thing = make_shelf()
        readers(thing, number)
        with CaptureQueriesContext(connection) as queries:
            assert publish(thing) == number
        counts.append(len(queries))
    assert counts[0] == counts[1]
