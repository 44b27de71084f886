"""Signing in by an organisation's own accounts: OpenID Connect against a provider that runs here."""

import base64
import json
import time
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.account.models import EmailAddress
from cryptography.hazmat.primitives.asymmetric import rsa
from django.urls import reverse
from werkzeug import Response

from members.models import User
from tests.factories import UserFactory

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _number(value: int) -> str:
    return base64.urlsafe_b64encode(value.to_bytes((value.bit_length() + 7) // 8, "big")).rstrip(b"=").decode()


@pytest.fixture
def provider(httpserver, settings):
    """A provider that vouches for `claims`."""
    at = httpserver.url_for("").rstrip("/")
    claims = {"sub": "42", "email": "noor@example.edu", "email_verified": True, "name": "Noor Haddad"}
    public = KEY.public_key().public_numbers()
    httpserver.expect_request("/.well-known/openid-configuration").respond_with_json(
        {
            "issuer": at,
            "authorization_endpoint": f"{at}/authorize",
            "token_endpoint": f"{at}/token",
            "userinfo_endpoint": f"{at}/userinfo",
            "jwks_uri": f"{at}/keys",
        }
    )
    keys = [{"kty": "RSA", "kid": "1", "alg": "RS256", "use": "sig", "n": _number(public.n), "e": _number(public.e)}]
    httpserver.expect_request("/keys").respond_with_json({"keys": keys})

    def token(_request):
        now = int(time.time())
        said = {"iss": at, "aud": "cop", "iat": now, "exp": now + 60, **claims}
        signed = jwt.encode(said, KEY, algorithm="RS256", headers={"kid": "1"})
        answer = {"access_token": "x", "token_type": "Bearer", "expires_in": 60, "id_token": signed}
        return Response(json.dumps(answer), mimetype="application/json")

    httpserver.expect_request("/token").respond_with_handler(token)
    httpserver.expect_request("/userinfo").respond_with_handler(
        lambda _request: Response(json.dumps(claims), mimetype="application/json")
    )
    app = {
        "provider_id": "uni",
        "name": "University",
        "client_id": "cop",
        "secret": "s",
        "settings": {"server_url": at},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    return claims


def sign_in(browser):
    sent = browser.post("/accounts/oidc/uni/login/")
    state = parse_qs(urlsplit(sent.url).query)["state"][0]
    return browser.get("/accounts/oidc/uni/login/callback/", {"code": "c", "state": state}, follow=True)


def test_somebody_of_the_organisation_comes_in_with_one_button(provider, visitor, db):
    assert "Sign in by University" in visitor.get(reverse("account_login")).content.decode()
    sign_in(visitor)
    user = User.objects.get(email="noor@example.edu")
    assert user.display_name == "Noor Haddad"
    assert EmailAddress.objects.get(user=user).verified
    assert visitor.get(reverse("members:profile-edit")).status_code == 200


def test_a_proven_address_leads_to_the_account_that_has_it(provider, visitor, db):
    user = UserFactory(email="noor@example.edu", display_name="Noor")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    sign_in(visitor)
    assert User.objects.filter(email="noor@example.edu").count() == 1
    assert "Noor" in visitor.get(reverse("members:profile-edit")).content.decode()


def test_an_address_that_the_provider_does_not_vouch_for_opens_no_account(provider, visitor, db):
    user = UserFactory(email="noor@example.edu")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    provider["email_verified"] = False
    sign_in(visitor)
    assert visitor.get(reverse("members:profile-edit")).status_code == 302


def test_a_name_that_cannot_be_shown_is_taken_from_the_address(provider, visitor, db):
    provider["name"] = "https://spam.example"
    sign_in(visitor)
    assert User.objects.get(email="noor@example.edu").display_name == "noor"


def test_a_forged_answer_signs_nobody_in(provider, visitor, db):
    answer = visitor.get("/accounts/oidc/uni/login/callback/", {"code": "c", "state": "forged"}, follow=True)
    assert not User.objects.filter(email="noor@example.edu").exists()
    assert answer.status_code in (200, 401, 403)
