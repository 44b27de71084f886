"""Signing in by an organisation's own accounts: SAML 2.0 against a provider that runs here, with its own key."""

import base64
import zlib
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from allauth.account.models import EmailAddress
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from django.test import Client
from django.urls import reverse
from onelogin.saml2.utils import OneLogin_Saml2_Utils

from cop.base.links import origin_of
from members.models import User
from tests.factories import UserFactory

ENTITY = "https://idp.example.edu/metadata"
ACS = "http://cop.example.org/accounts/saml/uni/acs/"
AUDIENCE = "http://cop.example.org/accounts/saml/uni/metadata/"
PROTOCOL = 'xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"'


def made_key() -> tuple[str, str]:
    """Give a private key and its certificate, both as PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp.example.edu")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    signed = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    return private.decode(), signed.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


KEY, CERTIFICATE = made_key()


@pytest.fixture(autouse=True)
def _provider(settings):
    app = {
        "provider_id": ENTITY,
        "client_id": "uni",
        "name": "University",
        "settings": {
            "idp": {"entity_id": ENTITY, "sso_url": "https://idp.example.edu/sso", "x509cert": CERTIFICATE},
            "attribute_mapping": {"uid": "uid", "email": "mail", "first_name": "givenName", "last_name": "sn"},
            "verified_email": True,
        },
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"saml": {"APPS": [app]}}


@pytest.fixture
def visitor(settings) -> Client:
    settings.ALLOWED_HOSTS = ["cop.example.org"]
    return Client(HTTP_HOST="cop.example.org")


def answered(asked: str, *, key: str = KEY, audience: str = AUDIENCE, mail: str = "noor@example.edu") -> str:
    """Give the provider's signed answer to the request with this id, as its page posts it."""
    now = datetime.now(UTC)
    at, until = (moment.strftime("%Y-%m-%dT%H:%M:%SZ") for moment in (now, now + timedelta(minutes=5)))
    said = {"uid": "u42", "mail": mail, "givenName": "Noor", "sn": "Haddad"}
    attributes = "".join(
        f'<saml:Attribute Name="{name}"><saml:AttributeValue>{value}</saml:AttributeValue></saml:Attribute>'
        for name, value in said.items()
    )
    response = f"""<samlp:Response {PROTOCOL} ID="_r1" Version="2.0" IssueInstant="{at}" Destination="{ACS}"
 InResponseTo="{asked}"><saml:Issuer>{ENTITY}</saml:Issuer>
<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>
<saml:Assertion ID="_a1" Version="2.0" IssueInstant="{at}"><saml:Issuer>{ENTITY}</saml:Issuer>
<saml:Subject><saml:NameID>u42</saml:NameID>
<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
<saml:SubjectConfirmationData NotOnOrAfter="{until}" Recipient="{ACS}" InResponseTo="{asked}"/>
</saml:SubjectConfirmation></saml:Subject>
<saml:Conditions NotBefore="{at}" NotOnOrAfter="{until}">
<saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>
<saml:AuthnStatement AuthnInstant="{at}" SessionIndex="_s1"><saml:AuthnContext><saml:AuthnContextClassRef>
urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>
<saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion></samlp:Response>"""
    signed = OneLogin_Saml2_Utils.add_sign(response, key, CERTIFICATE)
    return base64.b64encode(signed if isinstance(signed, bytes) else signed.encode()).decode()


def asked_by(browser) -> str:
    """Press the button on the sign-in page; give the id of the request that the provider gets."""
    sent = browser.post("/accounts/saml/uni/login/")
    assert origin_of(sent.url) == "https://idp.example.edu"
    packed = base64.b64decode(parse_qs(urlsplit(sent.url).query)["SAMLRequest"][0])
    return ElementTree.fromstring(zlib.decompress(packed, -15)).attrib["ID"]  # noqa: S314 — our own request


def sign_in(browser, **changes):
    return browser.post(
        "/accounts/saml/uni/acs/", {"SAMLResponse": answered(asked_by(browser), **changes)}, follow=True
    )


def is_signed_in(browser) -> bool:
    return browser.get(reverse("members:profile-edit")).status_code == 200


def test_somebody_of_the_organisation_comes_in_with_one_button(visitor, db):
    assert "Sign in by University" in visitor.get(reverse("account_login")).content.decode()
    sign_in(visitor)
    user = User.objects.get(email="noor@example.edu")
    assert user.display_name == "Noor Haddad"
    assert EmailAddress.objects.get(user=user).verified
    assert is_signed_in(visitor)


def test_a_proven_address_leads_to_the_account_that_has_it(visitor, db):
    user = UserFactory(email="noor@example.edu", display_name="Noor")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    sign_in(visitor)
    assert User.objects.filter(email="noor@example.edu").count() == 1
    assert is_signed_in(visitor)


@pytest.mark.parametrize(
    "forged", [{"key": made_key()[0]}, {"audience": "https://elsewhere.example/"}], ids=["another key", "not for us"]
)
def test_a_forged_answer_signs_nobody_in(visitor, db, forged):
    sign_in(visitor, **forged)
    assert not User.objects.exists()
    assert not is_signed_in(visitor)


def test_an_answer_to_nothing_that_was_asked_here_signs_nobody_in(visitor, db):
    stolen = answered(asked_by(Client(HTTP_HOST="cop.example.org")))
    visitor.post("/accounts/saml/uni/acs/", {"SAMLResponse": stolen}, follow=True)
    assert not is_signed_in(visitor)


def test_what_is_no_answer_at_all_is_refused_in_words(visitor, db):
    page = visitor.post("/accounts/saml/uni/acs/", {"SAMLResponse": "AAAA"}, follow=True)
    assert page.status_code in (200, 401, 403)
    assert not is_signed_in(visitor)


def test_the_provider_is_told_of_us(visitor, db):
    told = visitor.get("/accounts/saml/uni/metadata/").content.decode()
    assert ACS in told and AUDIENCE in told


def test_a_provider_that_nobody_set_up_is_not_there(visitor, db):
    assert visitor.post("/accounts/saml/elsewhere/login/").status_code == 404
