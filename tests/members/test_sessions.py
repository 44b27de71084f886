"""Where somebody is signed in."""

from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from tests.factories import UserFactory

PAGE = "/accounts/sessions/"


def test_signing_out_everywhere_else_leaves_this_browser_alone(db):
    user = UserFactory()
    user.set_password("quite-a-long-secret")
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    here, there = Client(), Client(headers={"user-agent": "A phone <b>"})
    for browser in (there, here):
        browser.post(reverse("account_login"), {"login": user.email, "password": "quite-a-long-secret"})
    shown = here.get(PAGE).content.decode()
    assert "A phone &lt;b&gt;" in shown and "You are here" in shown
    here.post(PAGE)
    assert here.get(reverse("members:profile-edit")).status_code == 200
    assert there.get(reverse("members:profile-edit")).status_code == 302


def test_a_visitor_is_asked_to_sign_in(visitor, db):
    assert visitor.get(PAGE).status_code == 302
