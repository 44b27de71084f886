"""Accounts: signing up, proving the address, signing in by password and by mailed code."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cop.mail.models import Mailing
from members.models import User
from tests.factories import UserFactory


def sign_up(client, **changes):
    form = {"display_name": "Noor", "email": "noor@example.org", "password1": "a-good-long-one", **changes}
    return client.post(reverse("account_signup"), form, follow=True)


@pytest.fixture
def code_from_outbox(db):
    """A function that reads the code in the newest mail of the outbox."""

    def read() -> str:
        text = bytes(Mailing.objects.latest("pk").source).decode()
        found = re.search(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", text, re.M)
        assert found, text
        return found[1]

    return read


def test_somebody_signs_up_and_proves_the_address_by_a_code(visitor, code_from_outbox):
    sign_up(visitor)
    visitor.post(reverse("account_email_verification_sent"), {"code": code_from_outbox()})
    user = User.objects.get(email="noor@example.org")
    assert user.display_name == "Noor"
    assert EmailAddress.objects.get(user=user).verified
    assert visitor.get(reverse("members:profile-edit")).status_code == 200


def test_a_flood_of_sign_ups_costs_each_few_questions(visitor, db, statements_of):
    form = {"display_name": "Noor", "email": "noor@example.org", "password1": "a-good-long-one"}
    asked = statements_of(lambda: visitor.post(reverse("account_signup"), form))
    assert User.objects.filter(email="noor@example.org").exists()
    assert len(asked) <= 15, asked


def test_before_the_address_is_proven_nobody_is_signed_in(visitor, db):
    sign_up(visitor)
    assert visitor.get(reverse("members:profile-edit")).status_code == 302


@pytest.mark.parametrize("name", ["", "\u200b", "x" * 81, "https://spam.example"])
def test_a_name_that_says_nothing_is_refused_at_its_field(visitor, db, name):
    page = sign_up(visitor, display_name=name)
    assert "display_name" in page.context["form"].errors
    assert "noor@example.org" in page.content.decode()


def test_the_browsers_time_zone_is_kept_and_nonsense_is_not(visitor, db):
    sign_up(visitor, timezone="Africa/Nairobi")
    sign_up(Client(REMOTE_ADDR="127.0.0.2"), email="b@example.org", timezone="Middle/Earth")
    zones = dict(User.objects.values_list("email", "timezone"))
    assert zones == {"noor@example.org": "Africa/Nairobi", "b@example.org": "UTC"}


def test_signing_up_with_a_known_address_does_not_tell(visitor, db):
    UserFactory(email="noor@example.org")
    known = sign_up(visitor)
    fresh = sign_up(Client(REMOTE_ADDR="127.0.0.2"), email="fresh@example.org")
    assert known.redirect_chain == fresh.redirect_chain
    assert User.objects.filter(email="noor@example.org").count() == 1


def test_somebody_signs_in_by_a_mailed_code(visitor, code_from_outbox):
    user = UserFactory()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    visitor.post(reverse("account_request_login_code"), {"email": user.email})
    visitor.post(reverse("account_confirm_login_code"), {"code": code_from_outbox()})
    assert visitor.get(reverse("members:profile-edit")).status_code == 200


def test_a_code_lives_for_minutes(visitor, code_from_outbox):
    """Three to sign in, ten to prove an address."""
    user = UserFactory()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    visitor.post(reverse("account_request_login_code"), {"email": user.email})
    with time_machine.travel(timezone.now() + timedelta(minutes=3, seconds=1)):
        visitor.post(reverse("account_confirm_login_code"), {"code": code_from_outbox()})
        assert visitor.get(reverse("members:profile-edit")).status_code == 302
    other = Client()
    sign_up(other)
    with time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=1)):
        other.post(reverse("account_email_verification_sent"), {"code": code_from_outbox()})
    assert not EmailAddress.objects.get(email="noor@example.org").verified


def test_somebody_signs_in_by_password_whatever_the_case_of_the_address(visitor, db):
    user = UserFactory(email="noor@example.org")
    user.set_password("a-good-long-one")
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    visitor.post(reverse("account_login"), {"login": "NOOR@example.org", "password": "a-good-long-one"})
    assert visitor.get(reverse("members:profile-edit")).status_code == 200


def test_guessing_passwords_is_slowed_down(visitor, db):
    UserFactory(email="noor@example.org")
    form = {"login": "noor@example.org", "password": "wrong"}
    pages = [visitor.post(reverse("account_login"), form).content.decode() for _ in range(7)]
    assert "Too many failed" in pages[-1]


def test_the_admin_asks_everybody_to_sign_in_where_the_limits_hold(visitor, db):
    answer = visitor.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("account_login"))


def test_changing_ones_name_and_zone(as_member, member):
    form = {"display_name": "  Mina\u202e M. ", "organisation": "", "timezone": "Asia/Tehran", "language": "en"}
    as_member.post(reverse("members:profile-edit"), form)
    member.refresh_from_db()
    assert (member.display_name, member.timezone) == ("Mina M.", "Asia/Tehran")


def test_a_refused_profile_keeps_what_was_typed(as_member, member):
    form = {"display_name": "Mina", "organisation": "", "timezone": "Middle/Earth", "language": "en"}
    page = as_member.post(reverse("members:profile-edit"), form)
    assert page.status_code == 422
    member.refresh_from_db()
    assert member.timezone == "UTC"
