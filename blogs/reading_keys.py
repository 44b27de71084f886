"""Personal keys for feeds of what is not public: made when first asked for, renewable, and good for nothing else."""

import secrets

from django.contrib.auth.models import AnonymousUser

from blogs.models import FeedKey
from members.audiences import Reader
from members.models import User


def renew(user: User) -> str:
    """Give the user a new key: addresses with the old one stop working at once."""
    return FeedKey.objects.update_or_create(user=user, defaults={"key": _new()})[0].key


def reader_of(key: str) -> Reader:
    """Give the user who holds `key`; a visitor for a key that nobody holds (any more)."""
    held = FeedKey.objects.select_related("user").filter(key=key, user__is_active=True).first()
    return held.user if held else AnonymousUser()


def _new() -> str:
    return secrets.token_urlsafe(24)
