"""Devices: the browsers that somebody asked to be told on."""

import hashlib
import re
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.base.fetching import FetchFailed, checked_scheme
from cop.notifications.push import sealing
from cop.notifications.push.models import Device, DeviceQuerySet
from members.models import User

MOST = 20
FORGOTTEN_AFTER = timedelta(days=180)
# The first that fits: every browser says that it is several others as well.
BROWSERS = (
    ("Edge", r"\bEdg"),
    ("Opera", r"\bOPR/"),
    ("Samsung Internet", r"SamsungBrowser"),
    ("Firefox", r"Firefox/|FxiOS"),
    ("Chrome", r"Chrome/|CriOS"),
    ("Safari", r"Safari/"),
)
SYSTEMS = (
    ("Android", r"Android"),
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("ChromeOS", r"CrOS"),
    ("Windows", r"Windows"),
    ("Mac", r"Macintosh|Mac OS X"),
    ("Linux", r"Linux"),
)


def name_of(user_agent: str) -> str:
    """Give what somebody would call the browser that says this of itself: "Firefox on Android"."""
    browser, system = (
        next((name for name, pattern in known if re.search(pattern, user_agent)), "") for known in (BROWSERS, SYSTEMS)
    )
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("A browser")


def add(
    user: User,
    *,
    endpoint: str,
    public_key: str,
    secret: str,
    session_key: str,
    user_agent: str,
    at: datetime | None = None,
) -> Device:
    """Let `user` be told in the browser at `endpoint`; raise Refused where that is no push service's address.

    A browser belongs to whoever asked last in it.
    """
    at = at or timezone.now()
    _check(endpoint, public_key, secret)
    values = {
        "user": user,
        "name": name_of(user_agent),
        "endpoint": endpoint,
        "public_key": public_key,
        "secret": secret,
        "session_key": session_key,
        "failures": 0,
        "seen_at": at,
    }
    with transaction.atomic():
        device, _is_new = Device.objects.update_or_create(endpoint_digest=_digest(endpoint), defaults=values)
        device.pushes.exclude(notification__user=user).delete()
        kept = user.devices.order_by("-seen_at", "-pk").values_list("pk", flat=True)[:MOST]
        user.devices.exclude(pk__in=list(kept)).delete()
    return device


def renew(user: User, *, endpoint: str, session_key: str, at: datetime | None = None) -> bool:
    """Note that a browser of `user`'s is here again; tell whether it is still one that is to be told."""
    own = Device.objects.visible_to(user).filter(endpoint_digest=_digest(endpoint))
    return bool(own.update(session_key=session_key, seen_at=at or timezone.now(), failures=0))


def remove(device: Device) -> bool:
    """Tell a browser nothing any more; tell whether that is new."""
    return bool(Device.objects.filter(pk=device.pk).delete()[0])


def devices_of(user: User) -> DeviceQuerySet:
    """Give the browsers that somebody asked to be told on, the newest first."""
    return Device.objects.visible_to(user).order_by("-added_at", "-pk")


def forget_unseen(at: datetime | None = None) -> int:
    """Drop the browsers that nobody used for long; give how many."""
    at = at or timezone.now()
    return Device.objects.filter(seen_at__lt=at - FORGOTTEN_AFTER).delete()[0]


def _check(endpoint: str, public_key: str, secret: str) -> None:
    longest = Device._meta.get_field("endpoint").max_length or 0
    is_safe = endpoint.startswith("https://") or not settings.SITE_IS_SECURE
    try:
        checked_scheme(endpoint)
    except FetchFailed:
        is_safe = False
    if not is_safe or len(endpoint) > longest or not sealing.is_sound(public_key, secret):
        raise Refused(_("This browser gave no address at which it can be told."))


def _digest(endpoint: str) -> str:
    return hashlib.sha256(endpoint.encode("utf-8", "replace")).hexdigest()
