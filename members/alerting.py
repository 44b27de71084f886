"""Telling somebody that they signed in from a browser that never signed them in before."""

import re
import zoneinfo
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

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


def _mail(request: HttpRequest, user: User) -> None:
    at = timezone.now()
    outbox.send(
        "signed_in",
        to=user.email,
        dedupe_key=f"signed-in:{user.pk}:{at:%Y%m%d%H%M%S%f}",
        context={
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
