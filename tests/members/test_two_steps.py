"""A second step by an app, recovery codes, and the pages around them."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client
from django.urls import reverse

SECRET = "quite-a-long-secret"


@pytest.fixture
def just_signed_in(member) -> Client:
    """A browser in which Mina has just signed in."""
    member.set_password(SECRET)
    member.save()
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    client = sign_in(Client(), member)
    client.post(reverse("account_reauthenticate"), {"password": SECRET})
    return client


def sign_in(client, user):
    client.post(reverse("account_login"), {"login": user.email, "password": SECRET})
    return client


def code_for(secret):
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def test_who_switched_a_second_step_on_is_asked_for_it(just_signed_in, member):
    page = just_signed_in.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    just_signed_in.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})
    assert member.authenticator_set.filter(type="totp").exists()
    assert TOTP(member.authenticator_set.get(type="totp"))
    other = sign_in(Client(), member)
    assert other.get(reverse("members:profile-edit")).status_code == 302
    codes = just_signed_in.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
    other.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert other.get(reverse("members:profile-edit")).status_code == 200
    third = sign_in(Client(), member)
    third.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert third.get(reverse("members:profile-edit")).status_code == 302


@pytest.mark.parametrize("name", ["mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_email"])
def test_the_pages_of_the_account_wear_the_site_s_look(just_signed_in, name):
    page = just_signed_in.get(reverse(name)).content.decode()
    assert "page--form" in page
    assert "<style" not in page
