"""Telling somebody what happened to their account: a sign-in from a new browser, another password or address."""

import re
import zoneinfo
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from cop.base.cookies import name_of
from cop.base.limits import network_of
from cop.base.links import absolute_url
from cop.mail import outbox
from members.models import User

COOKIE, SALT = name_of("device"), "members.alerting"
KEPT_FOR = timedelta(days=365)
# Several people may share a browser; it remembers the last few.
REMEMBERED = 5
BROWSERS = ("Edg", "OPR", "Vivaldi", "SamsungBrowser", "Firefox", "Chrome", "Safari")
SHOWN = {
    "Edg": "Edge", "OPR": "Opera", "SamsungBrowser": "Samsung Internet", "Mac OS X": "macOS", "CrOS": "ChromeOS",
}  # fmt: skip
SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Mac OS X", "CrOS", "Linux")

# What changed, by the name that allauth gives it.
CHANGES = {
    "password_changed": _("Your password was changed."),
    "password_reset": _("A new password was chosen, by a code or link that was mailed to you."),
    "password_set": _("A password was chosen for your account, which had none."),
    "email_changed": _("Mail goes to %(to_email)s from now on, no longer to %(from_email)s."),
    "email_deleted": _("The address %(deleted_email)s was taken off your account."),
    "email_confirm": _("An address of your account was confirmed."),
    "totp_activated": _("An app that shows codes became your second step."),
    "totp_deactivated": _("The app that shows codes is no longer your second step."),
    "recovery_codes_generated": _("New recovery codes were made; earlier ones no longer work."),
    "webauthn_added": _("A passkey was added."),
    "webauthn_removed": _("A passkey was removed."),
    "account_connected": _("Your account was tied to one at %(provider)s, which can sign you in from now on."),
    "account_disconnected": _("Your account is no longer tied to one at %(provider)s."),
}


def note_sign_in(request: HttpRequest, response: HttpResponse, user: User, *, is_new: bool) -> bool:
    """Let the browser remember whom it signed in, and mail its owner where it did not know them; tell whether it did.

    Nobody is mailed about the browser in which they made their account.
    """
    known = _known(request)
    is_strange = user.pk not in known
    kept = [user.pk, *(one for one in known if one != user.pk)][:REMEMBERED]
    response.set_cookie(
        COOKIE,
        signing.dumps(kept, salt=SALT),
        max_age=KEPT_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    if is_strange and not is_new:
        _mail(request, user)
    return is_strange and not is_new


def _known(request: HttpRequest) -> list[int]:
    try:
        found = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=KEPT_FOR)
    except signing.BadSignature:
        return []
    return [one for one in found if isinstance(one, int)]


def tell_change(request: HttpRequest, user: User, what: str, *, to: str = "", **named: Any) -> None:
    """Mail the owner of an account that `what`, a key of CHANGES, happened to it; to their own address unless `to`."""
    with translation.override(user.language):
        change = str(CHANGES[what]) % named
    _mail(request, user, "account_changed", to=to, change=change)


def _mail(request: HttpRequest, user: User, name: str = "signed_in", *, to: str = "", **words: str) -> None:
    at = timezone.now()
    outbox.send(
        name,
        to=to or user.email,
        dedupe_key=f"{name}:{user.pk}:{at:%Y%m%d%H%M%S%f}",
        context=words
        | {
            "dear": user.display_name,
            "at": timezone.localtime(at, zoneinfo.ZoneInfo(user.timezone)),
            "browser": browser_of(request.headers.get("User-Agent", "")),
            "network": network_of(request),
            "sessions_url": absolute_url("usersessions_list"),
            "password_url": absolute_url("account_reset_password"),
        },
        language=user.language,
    )


def browser_of(agent: str) -> str:
    """Give a browser and its system in words that their owner knows, as "Firefox, Windows"."""
    browser = next((SHOWN.get(name, name) for name in BROWSERS if re.search(rf"\b{name}/", agent)), "")
    system = next((SHOWN.get(name, name) for name in SYSTEMS if name in agent), "")
    return ", ".join(filter(None, (browser, system)))
