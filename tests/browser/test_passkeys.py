"""Adding a passkey and signing in by it, with a security key that the browser plays."""

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from tests.factories import UserFactory

SECRET = "quite-a-long-secret"
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.mark.django_db(transaction=True)
def test_somebody_adds_a_passkey_and_signs_in_by_it(page, live_server):
    user = UserFactory(display_name="Petra")
    user.set_password(SECRET)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    site = live_server.url.replace("127.0.0.1", "localhost")
    page.goto(site + reverse("account_login"))
    page.fill("[name=login]", user.email)
    page.fill("[name=password]", SECRET)
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url(lambda url: "login" not in url)
    page.goto(site + reverse("mfa_add_webauthn"))
    page.fill("[name=password]", SECRET)
    page.locator("main button[type=submit]").first.click()
    page.check("[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(lambda url: "/add" not in url)
    assert user.authenticator_set.filter(type="webauthn").exists()
    page.context.clear_cookies()
    page.goto(site + reverse("account_login"))
    page.click("#passkey_login")
    page.wait_for_url(lambda url: "login" not in url)
    page.goto(site + reverse("members:profile-edit"))
    assert page.locator("[name=display_name]").input_value() == "Petra"

    # By the password, the passkey is the second step.
    page.context.clear_cookies()
    page.goto(site + reverse("account_login"))
    page.fill("[name=login]", user.email)
    page.fill("[name=password]", SECRET)
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url(lambda url: "2fa" in url)
    page.get_by_role("button", name="Use a passkey instead").click()
    page.wait_for_url(lambda url: "/accounts/" not in url)
    page.goto(site + reverse("members:profile-edit"))
    assert page.locator("[name=display_name]").input_value() == "Petra"
