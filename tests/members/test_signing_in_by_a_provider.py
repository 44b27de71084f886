"""Signing in by an organisation's own accounts: OpenID Connect against a provider that runs here."""

import base64
import json
import time
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.account.models import EmailAddress
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from django.urls import reverse
from werkzeug import Response

from members.models import User
from tests.factories import UserFactory

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _number(value: int) -> str:
    return base64.urlsafe_b64encode(value.to_bytes((value.bit_length() + 7) // 8, "big")).rstrip(b"=").decode()


@pytest.fixture
def provider(httpserver, settings):
    """A provider that vouches for `claims`, and says in its token that they are for whoever asked last."""
    at, asked = httpserver.url_for("").rstrip("/"), {}
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
        said = {"iss": at, "aud": "cop", "iat": now, "exp": now + 60, "nonce": asked["nonce"], **claims}
        signed = jwt.encode(said, asked.get("key", KEY), algorithm="RS256", headers={"kid": "1"})
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
    own = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {**own, "APPS": [app]}}
    return Provider(claims, asked, app["settings"], at)


@dataclass
class Provider:
    """What the provider says, what it was asked, and what the site's settings ask of it."""

    claims: dict
    asked: dict
    settings: dict
    at: str

    def sign_in(self, client, **more):
        """Press the button, come back with a code."""
        sent = client.post("/accounts/oidc/uni/login/")
        query = {name: values[0] for name, values in parse_qs(urlsplit(sent.url).query).items()}
        self.asked.update({**query, **self.asked.pop("instead", {})})
        answer = {"code": "c", "state": query["state"], **more}
        return client.get("/accounts/oidc/uni/login/callback/", answer, follow=True)


def test_somebody_of_the_organisation_comes_in_with_one_button(provider, visitor, db):
    assert "Sign in by University" in visitor.get(reverse("account_login")).content.decode()
    provider.sign_in(visitor)
    user = User.objects.get(email="noor@example.edu")
    assert user.display_name == "Noor Haddad"
    assert EmailAddress.objects.get(user=user).verified
    assert visitor.get(reverse("members:profile-edit")).status_code == 200


def test_a_proven_address_leads_to_the_account_that_has_it(provider, visitor, db):
    user = UserFactory(email="noor@example.edu", display_name="Noor")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    provider.sign_in(visitor)
    assert User.objects.filter(email="noor@example.edu").count() == 1
    assert "Noor" in visitor.get(reverse("members:profile-edit")).content.decode()


def test_an_address_that_the_provider_does_not_vouch_for_opens_no_account(provider, visitor, db):
    user = UserFactory(email="noor@example.edu")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    provider.claims["email_verified"] = False
    provider.sign_in(visitor)
    assert visitor.get(reverse("members:profile-edit")).status_code == 302


def test_a_name_that_cannot_be_shown_is_taken_from_the_address(provider, visitor, db):
    provider.claims["name"] = "https://spam.example"
    provider.sign_in(visitor)
    assert User.objects.get(email="noor@example.edu").display_name == "noor"


def test_a_forged_answer_signs_nobody_in(provider, visitor, db):
    answer = visitor.get("/accounts/oidc/uni/login/callback/", {"code": "c", "state": "forged"}, follow=True)
    assert not User.objects.filter(email="noor@example.edu").exists()
    assert answer.status_code in (200, 401, 403)


def is_in(client) -> bool:
    return client.get(reverse("members:profile-edit")).status_code == 200


def test_what_is_asked_cannot_be_foreseen_and_is_new_each_time(provider, visitor, db):
    asked = []
    for _time in range(2):
        provider.sign_in(Client())
        asked.append((provider.asked["nonce"], provider.asked["state"], provider.asked["code_challenge"]))
    assert all(len(one) >= 16 for one in asked[0])
    assert not set(asked[0]) & set(asked[1])


@pytest.mark.parametrize("nonce", ["", "another-s", "ünïcode"])
def test_an_answer_for_another_browser_signs_nobody_in(provider, visitor, db, nonce):
    provider.asked["instead"] = {"nonce": nonce}
    page = provider.sign_in(visitor)
    assert not is_in(visitor)
    assert "was not for this browser" in page.content.decode()


def test_an_answer_that_another_key_signed_signs_nobody_in(provider, visitor, db):
    provider.asked["key"] = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    provider.sign_in(visitor)
    assert not is_in(visitor)


@pytest.mark.parametrize("wrong", [{"iss": "https://other.example"}, {"aud": "other"}, {"exp": 1}])
def test_an_answer_from_another_for_another_or_from_long_ago_signs_nobody_in(provider, visitor, db, wrong):
    provider.claims.update(wrong)
    provider.sign_in(visitor)
    assert not is_in(visitor)


def test_an_answer_that_says_it_is_another_provider_s_signs_nobody_in(provider, visitor, db):
    provider.sign_in(visitor, iss="https://other.example")
    assert not is_in(visitor)
    provider.sign_in(visitor, iss=provider.at)
    assert is_in(visitor)


def test_an_answer_counts_once(provider, visitor, db):
    provider.sign_in(visitor)
    visitor.post(reverse("account_logout"))
    again = {"code": "c", "state": provider.asked["state"]}
    visitor.get("/accounts/oidc/uni/login/callback/", again, follow=True)
    assert not is_in(visitor)


@pytest.mark.parametrize(
    ("asked", "said", "comes_in"),
    [
        ({"amr": ["mfa"]}, {"amr": ["pwd", "mfa"]}, True),
        ({"amr": ["mfa"]}, {"amr": ["pwd"]}, False),
        ({"amr": ["mfa"]}, {"amr": "mfa"}, False),
        ({"amr": ["mfa"]}, {}, False),
        ({"acr_values": ["silver", "gold"]}, {"acr": "gold"}, True),
        ({"acr_values": ["silver", "gold"]}, {"acr": "bronze"}, False),
        ({"acr_values": ["silver", "gold"]}, {}, False),
        ({"max_age": 600}, {"auth_time": -300}, True),
        ({"max_age": 600}, {"auth_time": -3600}, False),
        ({"max_age": 600}, {"auth_time": "now"}, False),
        ({"max_age": 600}, {}, False),
    ],
)
def test_a_sign_in_must_be_as_strong_and_fresh_as_the_site_asks(provider, visitor, db, asked, said, comes_in):
    provider.settings.update(asked)
    # Negative moments are so many seconds ago.
    is_past = isinstance(said.get("auth_time"), int)
    provider.claims.update({**said, "auth_time": int(time.time()) + said["auth_time"]} if is_past else said)
    page = provider.sign_in(visitor)
    assert is_in(visitor) is comes_in
    assert User.objects.filter(email="noor@example.edu").exists() is comes_in
    if not comes_in:
        assert "University" in page.content.decode()
        assert page.resolver_match.view_name == "account_login"


def test_the_provider_is_told_what_is_asked(provider, visitor, db):
    provider.settings.update({"acr_values": ["silver", "gold"], "max_age": 600})
    provider.sign_in(visitor)
    assert (provider.asked["acr_values"], provider.asked["max_age"]) == ("silver gold", "600")


def test_a_provider_that_is_silent_is_said_so(provider, visitor, db, httpserver):
    httpserver.clear()
    page = visitor.post("/accounts/oidc/uni/login/", follow=True)
    assert page.status_code == 200
    assert "University does not answer just now" in page.content.decode()


def test_a_provider_that_names_a_neighbour_of_ours_is_not_followed(provider, visitor, db, settings):
    """Its own host may stand inside the house; whatever else it names is held to the rule of all fetching."""
    at = provider.at.replace("localhost", "127.0.0.1")
    provider.settings["openid_configuration_overrides"] = {"token_endpoint": f"{at}/token"}
    provider.sign_in(visitor)
    assert not is_in(visitor)
    settings.FEED_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    provider.sign_in(visitor)
    assert is_in(visitor)
