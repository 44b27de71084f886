"""Absolute addresses of this site, for mails and feeds, where no request says the host."""

from typing import Any

from django.conf import settings
from django.urls import reverse


def absolute(path: str) -> str:
    """Give the absolute address of a path of this site that starts with `/`."""
    return f"{settings.SITE_URL}{path}"


def absolute_url(name: str, *args: Any) -> str:
    """Give the absolute address of the URL named `name`."""
    return absolute(reverse(name, args=args))
