"""Quiet hours, and the page that says in sentences what comes."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cop.mail.models import Delivery
from cop.notifications import community_following, explaining, notifying, pacing, quiet_hours
from cop.notifications import following as follows
from cop.notifications.models import Subscriber, Subscription
from discussions import telling
from discussions.following import thing_of_topic
from tests.discussions.conftest import as_other, forum, other, topic  # noqa: F401 - fixtures
from tests.factories import SubscriptionFactory, reply_to
from tests.notifications.conftest import names_to, readers


@pytest.mark.parametrize(
    ("hour", "first", "last", "ends"),
    [(23, 22, 7, 24 + 7), (3, 22, 7, 7), (7, 22, 7, None), (12, 22, 7, None), (13, 12, 14, 14), (14, 12, 14, None)],
)
def test_quiet_hours_end_at_their_hour(hour, first, last, ends):
    day = datetime(2026, 11, 21, tzinfo=UTC)
    found = quiet_hours.quiet_until(day + timedelta(hours=hour), zone="UTC", first=first, last=last)
    assert found == (ends and day + timedelta(hours=ends))


def test_quiet_hours_are_those_of_the_reader_s_own_clock():
    at = datetime(2026, 11, 21, 20, tzinfo=UTC)
    assert quiet_hours.quiet_until(at, zone="Asia/Tokyo", first=22, last=7) == datetime(2026, 11, 21, 22, tzinfo=UTC)
    assert quiet_hours.quiet_until(at, zone="Europe/Berlin", first=22, last=7) is None


def test_a_mail_waits_for_the_end_of_the_quiet_hours(topic, member, other):  # noqa: F811
    follows.follow(other, thing_of_topic(topic))
    hour = timezone.now().hour
    Subscriber.objects.filter(user=other).update(quiet_from=hour, quiet_to=(hour + 2) % 24)
    row = SubscriptionFactory(thing=thing_of_topic(topic))
    reply_to(topic, by=member, parent=topic.replies.first())
    telling.tell_due(timezone.now() + timedelta(minutes=3))
    late = Delivery.objects.get(address=other.email, mailing__name="reply")
    assert late.due_at > timezone.now() + timedelta(hours=1)
    assert Delivery.objects.get(address=row.subscriber.address).due_at <= timezone.now()


def test_quiet_hours_are_set_and_said(reader, visitor):
    url = reverse("notifications:times-change", args=[reader.token])
    plain = {"timezone": "UTC", "digest_weekday": "0", "digest_hour": "8", "is_digest_together": "on"}
    visitor.post(url, {**plain, "quiet_from": "22", "quiet_to": "7"})
    reader.subscriber.refresh_from_db()
    assert (reader.subscriber.quiet_from, reader.subscriber.quiet_to) == (22, 7)
    page = visitor.get(reverse("notifications:manage", args=[reader.token])).content.decode()
    assert "Nothing comes from 10 p.m. to 7 a.m. (UTC)." in page
    assert visitor.post(url, {**plain, "quiet_from": "22", "quiet_to": ""}).status_code == 422
    assert visitor.post(url, {**plain, "quiet_from": "22", "quiet_to": "99"}).status_code == 422
    visitor.post(url, plain)
    reader.subscriber.refresh_from_db()
    assert reader.subscriber.quiet_from is None


def test_the_line_whose_mail_one_came_from_stands_first(reader, make_shelf, visitor):
    [second] = readers(make_shelf(title="Atlases"), 1, subscriber=reader.subscriber, pace="weekly")
    for row, other_title in ((reader, "Atlases"), (second, "New Books")):
        page = visitor.get(reverse("notifications:manage", args=[row.token])).content.decode()
        own = "New Books" if row is reader else "Atlases"
        assert page.index(f">{own}<") < page.index(f">{other_title}<")
    assert "Each post comes at once." in page
    assert "What is new comes once a week, on Monday at 8 a.m., if there is anything." in page


def test_who_asks_is_told_why_something_came_or_did_not(as_member, topic, member, other):  # noqa: F811
    reply_to(topic, by=other)
    notifying.notify_due()
    activity = member.notifications.get(reason=2).activity
    pacing.pause(Subscriber.objects.get(user=member), timezone.now() + timedelta(days=2))
    telling.tell_due(timezone.now() + timedelta(minutes=3))
    assert names_to(member.email) == []
    steps = explaining.explain(member.email, activity)
    assert any("for this reason: It answers you" in step.text for step in steps)
    assert any("No mail could go out" in step.text and step.is_reason for step in steps)
    url = reverse("notifications:told-explain", args=[activity.pk])
    assert "It answers you" in as_member.get(url).content.decode()
    assert url in as_member.get("/bell/?show=all").content.decode()


def test_a_member_can_ask_after_all_that_the_community_told(as_member, topic, member, visitor, community):  # noqa: F811
    community_following.follow_as_members(community)
    row = Subscription.objects.to("community", community.pk).get(subscriber__user=member)
    page = visitor.get(reverse("notifications:subscription-history", args=[row.token, row.pk])).content.decode()
    assert topic.title in page


def test_the_page_costs_the_same_for_few_and_many(reader, make_shelf, visitor, query_count):
    url = reverse("notifications:manage", args=[reader.token])
    few = query_count(visitor, url)
    for _number in range(5):
        readers(make_shelf(), 1, subscriber=reader.subscriber)
    assert query_count(visitor, url) == few
