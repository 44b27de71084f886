"""Whose an archive's messages are: guests, known by a keyed hash of their address, which is kept nowhere."""

import hashlib
import hmac
from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import gettext as _

from discussions.models import Guest
from members.models import Community


def key_of_address(address: str) -> str:
    """Give the keyed hash under which a guest's address is known; it cannot be turned back."""
    return hmac.new(settings.SECRET_KEY.encode(), address.strip().lower().encode(), hashlib.sha256).hexdigest()


def guests_by_key(community: Community, names: Mapping[str, str]) -> dict[str, Guest]:
    """Give the guest for each key, made by name where it is new; who gave no name is somebody on the list."""
    rows = Guest.objects.filter(community=community, key__in=names).select_related("user")
    known = set(rows.values_list("key", flat=True))
    new = [
        Guest(community=community, key=key, name=name[:120] or _("Somebody on the list"))
        for key, name in names.items()
        if key not in known
    ]
    Guest.objects.bulk_create(new, ignore_conflicts=True)
    return {guest.key: guest for guest in rows.all()}
