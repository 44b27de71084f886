"""One mail a day for facilitators who chose it, and only when something waits."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cop.moderation import care_following, caring, daily, flagging, letters, things
from cop.notifications import digesting
from cop.notifications.models import Pace, Subscription
from cop.notifications.pacing import change_pace
from tests.factories import ForumFactory, MembershipFactory, topic_of
from tests.notifications.conftest import mails_to, text_of


@pytest.fixture
def daily_one(community, facilitator):
    """A facilitator who wants one mail a day, which is due."""
    care_following.begin(community, at=timezone.now())
    row = Subscription.objects.get(thing_kind="care", subscriber__user=facilitator)
    change_pace(row, Pace.DAILY)
    row.refresh_from_db()
    assert row.digest_due_at is not None
    return row


def test_what_waits_comes_once_a_day_with_a_link_to_each(desk, case, daily_one, facilitator):
    at = daily_one.digest_due_at
    daily.send_due(at - timedelta(minutes=1))
    assert mails_to(facilitator.email) == []
    daily.send_due(at)
    daily.send_due(at + timedelta(minutes=5))
    [mail] = mails_to(facilitator.email)
    text = text_of(mail)
    assert "1 thing needs care in Library Team" in mail["Subject"]
    assert "Thing 7" in text
    assert f"/c/library/care/{case.pk}/" in text
    daily_one.refresh_from_db()
    assert daily_one.digest_due_at >= at + timedelta(hours=23)


def test_where_nothing_waits_no_mail_comes_and_the_next_day_is_set(daily_one, facilitator):
    at = daily_one.digest_due_at
    daily.send_due(at)
    assert mails_to(facilitator.email) == []
    daily_one.refresh_from_db()
    assert daily_one.digest_due_at > at


def test_who_chose_one_a_day_gets_no_mail_about_each(desk, case, daily_one, facilitator):
    letters.write_due(timezone.now() + timedelta(minutes=5))
    assert mails_to(facilitator.email) == []


def test_whom_it_concerns_reads_in_it_only_what_they_may_decide(desk, case, daily_one, community, facilitator, member):
    topic = topic_of(ForumFactory(community=community), by=facilitator, title="My own words")
    flagging.flag(things.find("topic", topic.pk), by=member, reason="hurtful", words="It hurts")
    colleague = MembershipFactory(community=community, role="facilitator").user
    care_following.begin(community, at=timezone.now())
    Subscription.objects.filter(thing_kind="care").update(pace=Pace.DAILY, digest_due_at=daily_one.digest_due_at)
    daily.send_due(daily_one.digest_due_at)
    [mine], [theirs] = (mails_to(one.email) for one in (facilitator, colleague))
    assert "Thing 7" in text_of(mine)
    assert "My own words" not in text_of(mine)
    assert "1 thing needs care" in mine["Subject"]
    assert "My own words" in text_of(theirs)


def test_the_round_ups_leave_it_alone(daily_one):
    at = daily_one.digest_due_at
    digesting.send_due(at)
    daily_one.refresh_from_db()
    assert daily_one.digest_due_at == at


def test_who_no_longer_facilitates_gets_none(desk, case, daily_one, facilitator, community):
    facilitator.memberships.update(role="member")
    daily.send_due(daily_one.digest_due_at)
    assert mails_to(facilitator.email) == []


def test_it_names_so_many_and_says_that_there_are_more(desk, community, daily_one, facilitator):
    for number in range(25):
        caring.needs_care("thing", number, community=community)
    daily.send_due(daily_one.digest_due_at)
    text = text_of(mails_to(facilitator.email)[0])
    assert text.count("- Thing") == daily.NAMED
    assert "And more on the page." in text
