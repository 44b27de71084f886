"""The mail that welcomes who joins."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from cop.home import welcoming
from members import joining
from members.profile_models import Profile
from tests.factories import ForumFactory, MembershipFactory, UserFactory, topic_of
from tests.notifications.conftest import mails_to, text_of


def interested(person, **tags):
    profile = Profile.objects.create(user=person)
    for name, words in tags.items():
        getattr(profile, name).add(*words)
    return profile


def test_who_joins_is_welcomed_once_with_what_is_worth_reading_and_like_minded_people(
    community, facilitator, member, outsider
):
    topic_of(ForumFactory(community=community, audience="community"), by=facilitator, title="Mould, all about it")
    interested(member, ask_about=["mould"])
    unlisted = MembershipFactory(community=community, user__display_name="Ursula").user
    interested(unlisted, ask_about=["mould"])
    Profile.objects.filter(user=unlisted).update(is_unlisted=True)
    interested(outsider, learning=["Mould"])
    joining.join(community, by=outsider)
    assert [welcoming.welcome_due(), welcoming.welcome_due()] == [1, 0]
    mail = text_of(mails_to(outsider.email)[0])
    assert "Good that you are here" in mail
    assert "Mould, all about it" in mail
    assert "Mina" in mail
    assert "Ursula" not in mail
    joining.leave(community, by=outsider)
    joining.join(community, by=outsider)
    welcoming.welcome_due()
    assert len(mails_to(outsider.email)) == 1


def test_facilitators_write_their_own_words_look_at_the_mail_and_switch_it_off(as_facilitator, facilitator, community):
    url = reverse("home:welcome", args=["library"])
    as_facilitator.post(url, {"body": "Hello **there**", "is_on": "on", "preview": "1"})
    assert "Hello **there**" in text_of(mails_to(facilitator.email)[0])
    first, second = UserFactory(), UserFactory()
    joining.join(community, by=first)
    welcoming.welcome_due()
    assert "Hello **there**" in text_of(mails_to(first.email)[0])
    as_facilitator.post(url, {"body": "Hello"})
    joining.join(community, by=second)
    assert welcoming.welcome_due() == 0
    assert mails_to(second.email) == []


def test_nobody_is_welcomed_days_later(community, outsider):
    joining.join(community, by=outsider)
    assert welcoming.welcome_due(timezone.now() + timedelta(days=3)) == 0
