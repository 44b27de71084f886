"""Who asks to join waits for care: once, until answered, wherever that was."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cop.mail.models import Mailing
from cop.moderation import asking_to_join, care_following, deciding, letters, reminding
from cop.moderation.kinds import Act
from cop.moderation.models import Case
from cop.notifications import following, pacing
from members import joining
from members.models import Community, Membership
from tests.factories import UserFactory
from tests.mail_in.conftest import arrive, mail, mail_to, proven
from tests.notifications.conftest import mails_to, text_of


@pytest.fixture
def asker(community):
    user = UserFactory(display_name="Aki")
    joining.ask_to_join(community, by=user, line="How do you weed?")
    return user


def case() -> Case:
    return Case.objects.latest("pk")


def test_asking_waits_until_answered_on_the_page_of_people(community, asker, facilitator):
    found = case()
    shown = deciding.shown_of(found)
    assert (shown.title, shown.html, found.about) == ("Aki asks to join", "How do you weed?", asker)
    joining.accept(asker.memberships.get(), by=facilitator)
    found.refresh_from_db()
    assert (found.outcome, found.settled_by) == ("accepted", facilitator)


@pytest.mark.parametrize(("name", "state"), [("accepted", "active"), ("declined", "left")])
def test_it_is_answered_from_the_queue(community, asker, facilitator, name, state):
    deciding.decide(case(), name, Act(by=facilitator, words="Hello"))
    assert asker.memberships.get().state == state
    assert (case().outcome, case().settled_by) == (name, facilitator)


def test_whoever_takes_it_back_waits_no_more(community, asker):
    joining.leave(community, by=asker)
    assert case().outcome == "gone"
    joining.ask_to_join(community, by=asker)
    assert Case.objects.open().count() == 1


def test_who_asked_before_is_found(community, asker):
    Case.objects.all().delete()
    assert asking_to_join.find_missed() == 1
    assert asking_to_join.find_missed() == 0


def test_yes_by_mail_lets_them_in_with_a_word(community, asker, facilitator, settings):
    settings.INCOMING_ADDRESS = "@in.example.org"
    proven(facilitator)
    letters.write_due(timezone.now() + timedelta(minutes=3))
    told = mail_to(facilitator.email)
    assert told["Subject"] == "Asking to join: Aki asks to join"
    assert "How do you weed?" in told.get_body(("plain",)).get_content()
    assert arrive(mail(facilitator.email, told["Reply-To"], "Oui\n\nWelcome, Aki!")).state == "done"
    assert Membership.objects.get(user=asker).state == "active"
    assert "Welcome, Aki!" in mail_to(asker.email).get_body(("plain",)).get_content()
    again = arrive(mail(facilitator.email, told["Reply-To"], "no"))
    assert again.reason == "Fatima has settled this meanwhile."
    assert Membership.objects.get(user=asker).state == "active"


# --- Who waits is not forgotten, and told of once ------------------------------------------------------------------


def _nobody_answers(community, facilitator, pace="each") -> int:
    """Three ask; nobody answers for three days, at whose mornings, noons and nights the clock rings."""
    for _each in range(3):
        joining.ask_to_join(community, by=UserFactory(), line="Mould")
    start = timezone.now().replace(hour=9, minute=0)
    Case.objects.update(since=start, created_at=start)
    letters.write_due(start + timedelta(minutes=3))
    if pace != "each":
        pacing.change_pace(following.subscription_of(facilitator, care_following.thing_of(community)), pace)
    for hours in (3, 18, 24, 26, 35, 48):
        reminding.remind(start + timedelta(hours=hours))
    return Mailing.objects.filter(name="requests_waiting").count()


def test_who_is_mailed_of_each_hears_of_those_who_wait_once_a_day_from_the_second_on(community, facilitator):
    Community.objects.update(join_rule="request")
    assert _nobody_answers(community, facilitator) == 2
    assert "3 people wait" in text_of(mails_to(facilitator.email)[-1])


@pytest.mark.parametrize("pace", ["daily", "muted"])
def test_who_chose_one_mail_a_day_or_none_gets_no_second_one(community, facilitator, pace):
    Community.objects.update(join_rule="request")
    assert _nobody_answers(community, facilitator, pace) == 0


def test_who_was_answered_is_no_reminder(community, facilitator):
    Community.objects.update(join_rule="request")
    joining.ask_to_join(community, by=UserFactory(), line="Mould")
    start = timezone.now()
    letters.write_due(start + timedelta(minutes=3))
    joining.accept(community.memberships.requested().get(), by=facilitator)
    assert reminding.remind(start + timedelta(days=2)) == 0
