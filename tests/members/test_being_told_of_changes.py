"""Whoever's account was changed hears of it, with what to do if it was somebody else."""

import pytest
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.core.context import request_context
from allauth.mfa.models import Authenticator
from django.urls import reverse

from cop.mail.models import Delivery
from members.alerting import CHANGES
from tests.members.test_pages_of_the_account import registered
from tests.notifications.conftest import mails_to, text_of

NAMED = {"to_email": "new@example.org", "from_email": "old@example.org", "deleted_email": "gone@example.org"}


@pytest.fixture
def just_proved(as_member, member):
    """A browser in which Mina, whose address is confirmed, has just proved who she is."""
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    return as_member


def test_another_password_is_told_with_what_to_do_if_it_was_not_you(just_proved, member):
    member.set_password("a good long one")
    member.save()
    just_proved.force_login(member)
    fields = {"oldpassword": "a good long one", "password1": "another good-1", "password2": "another good-1"}
    just_proved.post(reverse("account_change_password"), fields, headers={"User-Agent": "Firefox/140.0 (Windows)"})
    mail = mails_to(member.email)[-1]
    words = text_of(mail)
    assert mail["Subject"].endswith("Your password was changed.")
    assert "Your password was changed." in words and "Firefox, Windows" in words
    assert reverse("account_reset_password") in words and reverse("usersessions_list") in words
    assert "ignore" not in words


def test_a_removed_passkey_is_told(just_proved, member):
    passkey = Authenticator.objects.create(user=member, type="webauthn", data={"name": "", "credential": registered()})
    just_proved.post(reverse("mfa_remove_webauthn", args=[passkey.pk]))
    assert "A passkey was removed." in text_of(mails_to(member.email)[-1])


@pytest.mark.parametrize("what", CHANGES)
def test_each_change_has_its_words(rf, member, what):
    with request_context(rf.get("/")):
        get_adapter().send_notification_mail(f"account/email/{what}", member, NAMED | {"provider": None})
    words = text_of(mails_to(member.email)[-1])
    assert str(CHANGES[what]).partition("%")[0].strip() in words
    assert "%(" not in words


def test_another_address_is_told_to_the_one_before(rf, member):
    with request_context(rf.get("/")):
        get_adapter().send_notification_mail("account/email/email_changed", member, NAMED, "old@example.org")
    assert Delivery.objects.get().address == "old@example.org"
    assert "new@example.org" in text_of(mails_to("old@example.org")[-1])
