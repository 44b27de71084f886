"""Invitations: one mail, one link, for the address it was sent to."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from cop.mail.models import Mailing
from members import inviting
from members.invitation_models import Invitation
from members.roles import Role


def invite(client, community, email="new@example.org", role="member", **data):
    url = reverse("members:invitation-add", args=[community.slug])
    return client.post(url, {"addresses": email, "role": role, "message": "Come in!", **data}, follow=True)


@pytest.fixture
def invitation(as_facilitator, community) -> Invitation:
    invite(as_facilitator, community, role="facilitator")
    return Invitation.objects.get()


@pytest.fixture
def invited(signed_in, outsider):
    """A browser of somebody who has proven the invited address."""
    EmailAddress.objects.create(user=outsider, email="New@example.org", verified=True)
    return signed_in(outsider)


def test_an_invitation_is_mailed_once_however_often_it_is_sent(as_facilitator, community):
    invite(as_facilitator, community)
    page = invite(as_facilitator, community, email="NEW@example.org")
    assert "open invitation already" in page.content.decode()
    assert [inviting.send_due(), inviting.send_due()] == [1, 0]
    assert Mailing.objects.filter(name="invitation").count() == 1


def test_somebody_who_is_here_already_is_not_invited(as_facilitator, member, community):
    page = invite(as_facilitator, community, email=member.email.upper())
    assert "already belongs" in page.content.decode()
    assert not Invitation.objects.exists()
    assert "Come in!" in page.content.decode()


@pytest.mark.parametrize("email", ["", "nobody", "a@b@c.org", "x" * 300 + "@example.org"])
def test_an_impossible_address_is_refused_at_its_field(as_facilitator, community, email):
    page = invite(as_facilitator, community, email=email)
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {"addresses"}


def test_looking_at_an_invitation_does_not_accept_it(invited, outsider, invitation):
    page = invited.get(reverse("members:invitation-show", args=[invitation.token]))
    assert "Accept" in page.content.decode()
    assert not invitation.community.memberships.filter(user=outsider).exists()


def test_who_proved_the_address_comes_in_with_the_role(invited, outsider, invitation):
    invited.post(reverse("members:invitation-accept", args=[invitation.token]))
    assert invitation.community.memberships.active().get(user=outsider).role == Role.FACILITATOR


def test_a_forwarded_invitation_lets_nobody_else_in(as_member, member, invitation):
    page = as_member.post(reverse("members:invitation-accept", args=[invitation.token]), follow=True)
    assert "another address" in page.content.decode()
    assert invitation.community.memberships.get(user=member).role == Role.MEMBER


def test_a_used_invitation_says_so(invited, invitation):
    invited.post(reverse("members:invitation-accept", args=[invitation.token]))
    page = invited.get(reverse("members:invitation-show", args=[invitation.token]))
    assert page.status_code == 410
    assert "accepted already" in page.content.decode()


def test_an_expired_invitation_asks_for_a_new_one(invited, outsider, invitation):
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        page = invited.get(reverse("members:invitation-show", args=[invitation.token]))
    assert page.status_code == 410
    assert "Ask whoever invited you" in page.content.decode()


def test_an_expired_invitation_can_be_sent_again(as_facilitator, community, invitation):
    inviting.send_due()
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    invite(as_facilitator, community)
    inviting.send_due()
    assert Mailing.objects.filter(name="invitation").count() == 2


def test_a_made_up_link_is_not_found(visitor, db):
    page = visitor.get(reverse("members:invitation-show", args=["made-up"]))
    assert page.status_code == 404
    assert "no longer open" in page.content.decode()


def test_a_withdrawn_invitation_lets_nobody_in(as_facilitator, invited, outsider, invitation):
    url = reverse("members:invitation-withdraw", args=[invitation.community.slug, invitation.pk])
    as_facilitator.post(url)
    invited.post(reverse("members:invitation-accept", args=[invitation.token]))
    assert not invitation.community.memberships.filter(user=outsider).exists()


def test_declining_needs_no_account(visitor, invitation):
    page = visitor.post(reverse("members:invitation-decline", args=[invitation.token]))
    assert "Thank you" in page.content.decode()
    invitation.refresh_from_db()
    assert invitation.declined_at


def test_a_member_cannot_invite(as_member, community):
    assert invite(as_member, community).status_code == 403
