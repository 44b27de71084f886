"""Closing an account: who one was goes, what one wrote stays."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from cop.base.errors import Refused
from cop.notifications import following
from cop.notifications.models import Subscription
from discussions.following import thing_of_topic
from members import closing_account
from members.closing_models import Choice
from members.models import User
from members.profile_models import Profile
from tests.factories import ForumFactory, MembershipFactory, reply_to, topic_of
from tests.notifications.conftest import mails_to, text_of

SECRET = "quite-a-long-secret"


@pytest.fixture
def just_signed_in(member) -> Client:
    """A browser in which Mina has just signed in by her password."""
    member.set_password(SECRET)
    member.save()
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    client = Client()
    client.post(reverse("account_login"), {"login": member.email, "password": SECRET})
    client.post(reverse("account_reauthenticate"), {"password": SECRET})
    return client


def close(client, **changes):
    return client.post(reverse("members:account-close"), {"words": "hide", "is_sure": "on"} | changes, follow=True)


def test_who_closes_the_account_is_gone_and_what_they_wrote_stays_without_a_name(
    just_signed_in, member, facilitator, community, visitor
):
    topic = topic_of(ForumFactory(community=community, audience="public"), by=facilitator)
    reply_to(topic, by=member, body="A useful answer")
    following.follow(member, thing_of_topic(topic))
    Profile.objects.create(user=member, about="Private things")
    address = member.email
    assert "is closed" in close(just_signed_in).content.decode()
    row = User.objects.get(pk=member.pk)
    assert (row.is_active, row.display_name, row.email.endswith(".invalid")) == (False, "a former member", True)
    assert not Profile.objects.exists()
    assert not EmailAddress.objects.filter(email=address).exists()
    assert not Subscription.objects.confirmed().filter(subscriber__address=address).exists()
    assert not community.memberships.active().filter(user=member).exists()
    page = visitor.get(topic.get_absolute_url()).content.decode()
    assert "A useful answer" in page
    assert "Mina" not in page
    topic.refresh_from_db()
    assert topic.last_by == "a former member"
    assert any("without your name" in text_of(mail) for mail in mails_to(address))
    visitor.post(reverse("account_login"), {"login": address, "password": SECRET})
    assert visitor.get(reverse("members:profile-edit")).status_code == 302
    assert just_signed_in.get(reverse("members:profile-edit")).status_code == 302


def test_a_name_may_stay(just_signed_in, member, facilitator, community, visitor):
    topic = topic_of(ForumFactory(community=community, audience="public"), by=facilitator)
    reply_to(topic, by=member)
    close(just_signed_in, words="keep")
    assert "Mina" in visitor.get(topic.get_absolute_url()).content.decode()


@pytest.mark.parametrize("changes", [{"is_sure": ""}, {"words": ""}, {"words": "other"}])
def test_nothing_is_closed_by_half_an_answer(just_signed_in, member, changes):
    assert close(just_signed_in, **changes).status_code == 422
    assert User.objects.get(pk=member.pk).is_active


def test_who_signed_in_long_ago_signs_in_once_more_first(visitor, member):
    visitor.force_login(member)
    answer = visitor.post(reverse("members:account-close"), {"words": "hide", "is_sure": "on"})
    assert "reauthenticate" in answer.url
    assert User.objects.get(pk=member.pk).is_active


def test_the_last_facilitator_hands_over_first(facilitator, community, signed_in):
    with pytest.raises(Refused, match="Hand your communities over"):
        closing_account.close(facilitator, choice=Choice.KEEP)
    MembershipFactory(community=community, role="facilitator")
    closing_account.close(facilitator, choice=Choice.KEEP)
    assert not User.objects.get(pk=facilitator.pk).is_active
