"""Cookies that belong to this very host: browsers take those named so from it alone, over TLS, for all its paths."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage


def name_of(cookie: str) -> str:
    """Give the name that a cookie has here: with a prefix where the site has TLS, bare on one's own machine."""
    return f"__Host-{cookie}" if settings.SESSION_COOKIE_SECURE else cookie


class MessageStorage(CookieStorage):
    """Django's messages, in a cookie that belongs to this host."""

    cookie_name = name_of(CookieStorage.cookie_name)
