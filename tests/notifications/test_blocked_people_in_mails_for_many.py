"""Beats, monthly letters and round-ups are rendered once for many; who blocked somebody gets one without them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cop.mail.models import Mailing
from cop.notifications import confirming, digesting, monthly, pacing, rhythm, sparing
from cop.notifications.community_following import KIND, follow_as_members, thing_of
from cop.notifications.models import Pace, Subscriber, Subscription
from cop.notifications.rhythm_models import Beat
from members import blocking, joining
from members.models import Membership
from tests.factories import ActivityFactory, MembershipFactory
from tests.notifications.conftest import mails_to, text_of
from tests.notifications.test_the_rhythm import MONDAY, beat, tell  # noqa: F401 - a fixture

WEEK = timedelta(days=7)


@pytest.fixture
def loud(community):
    """Somebody whom others block."""
    return MembershipFactory(community=community, user__display_name="Lothar Loud").user


@pytest.fixture
def quiet(community):
    """Somebody whom nobody blocks."""
    return MembershipFactory(community=community, user__display_name="Quirin Quiet").user


def text_to(user) -> str:
    mail = mails_to(user.email)[-1]
    html = mail.get_body(("html",))
    return text_of(mail) + html.get_content()


def test_a_beat_comes_without_the_lines_of_whom_one_blocked(community, member, facilitator, beat, loud, quiet):  # noqa: F811
    tell(community, "Shouting about shelves", by=loud)
    tell(community, "Mending old books", by=quiet)
    blocking.block(loud, by=member)
    assert rhythm.due(MONDAY) == 4
    assert "Shouting" not in text_to(member) and "Lothar" not in text_to(member)
    assert "Mending old books" in text_to(member)
    for user in (facilitator, quiet, loud):
        assert "Shouting about shelves" in text_to(user)


def test_who_blocked_the_same_people_shares_a_rendering(community, member, facilitator, beat, loud, quiet):  # noqa: F811
    tell(community, "Shouting about shelves", by=loud)
    tell(community, "Mending old books", by=quiet)
    for _number in range(5):
        blocking.block(loud, by=MembershipFactory(community=community).user)
    blocking.block(quiet, by=MembershipFactory(community=community).user)
    rhythm.due(MONDAY)
    assert Mailing.objects.filter(name="beat").count() == 3


def test_a_beat_of_nothing_but_theirs_is_a_quiet_one_for_me_alone(community, member, beat, loud):  # noqa: F811
    Membership.objects.update(joined_at=MONDAY - 2 * WEEK)
    tell(community, "Shouting about shelves", by=loud)
    blocking.block(loud, by=member)
    rhythm.due(MONDAY)
    assert mails_to(member.email) == [] and len(mails_to(loud.email)) == 1


def test_newcomers_whom_one_blocked_are_not_named_either(community, member, beat, loud):  # noqa: F811
    tell(community, "Mending old books")
    Membership.objects.filter(user=loud).update(joined_at=MONDAY - timedelta(hours=3))
    blocking.block(loud, by=member)
    rhythm.due(MONDAY)
    assert "Lothar" not in text_to(member) and "Mending" in text_to(member)
    assert "Lothar" in text_to(loud)


def test_what_they_wrote_about_the_last_beat_is_left_out(community, member, beat, loud):  # noqa: F811
    tell(community, "Mending old books")
    rhythm.due(MONDAY)
    Beat.objects.update(happened="Lots of shouting", happened_by=loud)
    tell(community, "Binding new ones", recorded_at=MONDAY + timedelta(days=3))
    blocking.block(loud, by=member)
    rhythm.due(MONDAY + WEEK)
    assert "Lots of shouting" not in text_of(mails_to(member.email)[-1])
    assert "Binding new ones" in text_of(mails_to(member.email)[-1])
    assert "Lots of shouting" in text_of(mails_to(loud.email)[-1])


def test_the_monthly_letter_leaves_them_out(community, member, loud, quiet, other_resting):
    joining.step_back(community, by=member)
    first = (timezone.now().replace(day=1, hour=9) + timedelta(days=32)).replace(day=1)
    for title, by in (("Shouting about shelves", loud), ("Mending old books", quiet)):
        ActivityFactory(
            thing=thing_of(community), title=title, by=by, audience="community", at=first - timedelta(days=3)
        )
    blocking.block(loud, by=member)
    assert [monthly.send_due(first), monthly.send_due(first + timedelta(hours=1))] == [2, 0]
    assert "Shouting" not in text_to(member) and "Mending old books" in text_to(member)
    assert "Shouting about shelves" in text_to(other_resting)


@pytest.fixture
def other_resting(community):
    """Somebody else who stepped back."""
    user = MembershipFactory(community=community).user
    joining.step_back(community, by=user)
    return user


def test_a_round_up_leaves_them_out_and_brings_all_else_once(shelf, member, subscribe, loud, quiet):
    for user in (member, quiet):
        subscribe(shelf, user.email)
    for row in Subscription.objects.select_related("subscriber"):
        confirming.confirm(row)
        pacing.change_pace(row, Pace.WEEKLY)
    Subscriber.objects.filter(address=member.email).update(user=member)
    Subscriber.objects.filter(address=quiet.email).update(user=quiet)
    made = [
        ActivityFactory(thing=shelf, title=title, by=by)
        for title, by in (("Mending", quiet), ("Shouting", loud), ("Binding", quiet))
    ]
    type(made[0]).objects.update(recorded_at=timezone.now() - timedelta(hours=1))
    blocking.block(loud, by=member)
    Subscription.objects.update(digest_due_at=timezone.now())
    assert digesting.send_due() == 2
    assert "Mending" in text_to(member) and "Binding" in text_to(member) and "Shouting" not in text_to(member)
    assert "Shouting" in text_to(quiet)
    Subscription.objects.update(digest_due_at=timezone.now())
    assert digesting.send_due() == 0


def test_very_many_different_lists_of_blocks_are_no_more_renderings(monkeypatch, community, loud, quiet):
    monkeypatch.setattr(sparing, "MOST_RENDERINGS", 2)
    people = [MembershipFactory(community=community).user for _number in range(4)]
    for person in people[:3]:
        blocking.block(loud, by=person)
    blocking.block(quiet, by=people[1])
    blocking.block(quiet, by=people[3])
    follow_as_members(community, at=timezone.now())
    rows = Subscription.objects.to(KIND, community.pk).filter(subscriber__user__in=people)
    common, spared = sparing.shares([loud.pk, quiet.pk, None], rows)
    assert spared.without == {loud.pk, quiet.pk}
    assert [common.among(rows).count(), spared.among(rows).count()] == [0, 4]
