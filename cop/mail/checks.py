"""What is wrong with the settings of mail, said at start."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error

from cop.mail.relaying import SCHEMES


def check_relay(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse an EMAIL_URL that names no way of sending that we know."""
    if not settings.EMAIL_URL:
        return []
    try:
        parts = urlsplit(settings.EMAIL_URL)
        is_well = parts.scheme in SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_well = False
    hint = "Write it as smtp+tls://user:password@mail.example.org:587, with a % code for each odd letter in a password."
    return [] if is_well else [Error("EMAIL_URL cannot be read.", hint=hint, id="cop.mail.E001")]
