"""What is wrong with the settings of mail, said at start."""

import re
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


def check_incoming(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse an INCOMING_ADDRESS that is neither a domain nor a mailbox."""
    box, at, domain = settings.INCOMING_ADDRESS.rpartition("@")
    if not settings.INCOMING_ADDRESS or (at and domain and re.fullmatch(r"[A-Za-z0-9._-]*", box)):
        return []
    hint = "Write a domain as @in.example.org, or one mailbox as post@example.org."
    return [Error("INCOMING_ADDRESS cannot be read.", hint=hint, id="cop.mail.E002")]
