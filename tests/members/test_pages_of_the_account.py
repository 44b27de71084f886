"""The pages about one's account that allauth brings: each opens, wears the site's look, and speaks its words."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from cryptography.hazmat.primitives.asymmetric import ec
from django.urls import reverse
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from tests.access.addresses import all_addresses

BROUGHT = ("account_", "mfa_", "usersessions_", "socialaccount_", "openid_connect_", "saml_")
PAGES = {name: address for name, address in all_addresses() if name.startswith(BROUGHT)}
OF_A_PASSKEY = ("mfa_edit_webauthn", "mfa_remove_webauthn")
NOT_OUR_WORDS = (
    "Security Key",
    "Two-Factor",
    "Authenticator App",
    "Deactivate",
    "Generate",
    "Passwordless",
    "Sign Out",
)


@pytest.fixture
def passkey(member) -> Authenticator:
    """Mina's passkey; her address, an app that shows codes and recovery codes come with it."""
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    TOTP.activate(member, generate_totp_secret())
    RecoveryCodes.activate(member)
    data = {"name": "Mina’s phone", "credential": registered()}
    return Authenticator.objects.create(user=member, type="webauthn", data=data)


def registered() -> dict:
    """Give what a browser sends of a new passkey (WebAuthn, 5.8.1)."""
    key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    credential = AttestedCredentialData.create(Aaguid(bytes(16)), b"a passkey", key)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    seen = AuthenticatorData.create(bytes(32), flags, 0, credential)
    client = CollectedClientData.create("webauthn.create", b"a challenge", "http://testserver")
    return {
        "type": "public-key",
        "id": websafe_encode(b"a passkey"),
        "rawId": websafe_encode(b"a passkey"),
        "clientExtensionResults": {"credProps": {"rk": True}},
        "response": {
            "clientDataJSON": websafe_encode(client),
            "attestationObject": websafe_encode(AttestationObject.create("none", seen, {})),
        },
    }


@pytest.mark.parametrize("name", PAGES)
def test_each_page_of_the_account_opens_in_the_site_s_words(as_member, visitor, passkey, name):
    address = reverse(name, args=[passkey.pk]) if name in OF_A_PASSKEY else PAGES[name]
    for client in (as_member, visitor):
        answer = client.get(address)
        assert answer.status_code < 500
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            page = answer.content.decode()
            assert "page--form" in page
            assert not [words for words in NOT_OUR_WORDS if words in page]


@pytest.mark.parametrize("name", ["mfa_activate_totp", "mfa_generate_recovery_codes", "mfa_list_webauthn", "mfa_index"])
def test_the_pages_open_for_somebody_who_has_nothing_yet(as_member, member, name):
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    assert as_member.get(reverse(name), follow=True).status_code == 200


def test_passkeys_are_listed_renamed_and_removed(as_member, passkey):
    listed = as_member.get(reverse("mfa_list_webauthn")).content.decode()
    assert "Mina’s phone" in listed and "not used yet" in listed
    as_member.post(reverse("mfa_edit_webauthn", args=[passkey.pk]), {"name": "The blue phone"})
    assert "The blue phone" in as_member.get(reverse("mfa_list_webauthn")).content.decode()
    assert "The blue phone" in as_member.get(reverse("mfa_remove_webauthn", args=[passkey.pk])).content.decode()
    as_member.post(reverse("mfa_remove_webauthn", args=[passkey.pk]))
    assert "You have none yet" in as_member.get(reverse("mfa_list_webauthn")).content.decode()


def test_nobody_touches_another_s_passkey(as_sponsor, passkey):
    for name in OF_A_PASSKEY:
        assert as_sponsor.get(reverse(name, args=[passkey.pk])).status_code == 404


@pytest.mark.parametrize("has_passkey", [True, False])
def test_the_second_step_offers_a_passkey_to_who_has_one(visitor, member, passkey, has_passkey):
    if not has_passkey:
        passkey.delete()
    member.set_password("a good long one")
    member.save()
    visitor.post(reverse("account_login"), {"login": member.email, "password": "a good long one"})
    page = visitor.get(reverse("mfa_authenticate")).content.decode()
    assert "The second step" in page
    assert ("Use a passkey instead" in page) is has_passkey


def test_who_proves_it_once_more_may_do_so_by_a_passkey_or_a_code(as_member, passkey):
    page = as_member.get(reverse("account_reauthenticate")).content.decode()
    assert "Use a code from the app" in page and "Use a passkey" in page and "security key" not in page
    assert "Use a passkey" in as_member.get(reverse("mfa_reauthenticate_webauthn")).content.decode()
    assert "recovery codes" in as_member.get(reverse("mfa_reauthenticate")).content.decode()
