"""Absolute addresses of this site, for mails and feeds, where no request says the host."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse


def origin_of(url: str) -> str:
    """Give scheme, host and port of a whole address, or "" for an empty one."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def absolute(path: str) -> str:
    """Give the absolute address of a path of this site that starts with `/`."""
    return f"{settings.SITE_URL}{path}"


def absolute_url(name: str, *args: Any) -> str:
    """Give the absolute address of the URL named `name`."""
    return absolute(reverse(name, args=args))
