"""What a deployment forgot, said by `manage.py check --deploy` before somebody finds out."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Warning  # noqa: A004 (Django's name for it)

NEAR = {"", "localhost", "127.0.0.1", "::1"}


def check_deployment(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Name each variable that a production site needs and this one lacks; docs/operating.md explains them."""
    return [*_kind(), *_address(), *_mail(), *_data(), *_privacy()]


def _kind() -> Iterator[CheckMessage]:
    if settings.IS_DEVELOPMENT:
        hint = "Set SECRET_KEY to a long random text that stays the same."
        yield Warning("This is a development site: SECRET_KEY is not set.", hint=hint, id="cop.W001")


def _address() -> Iterator[CheckMessage]:
    if not settings.SITE_IS_SECURE:
        hint = "Set SITE_URL to the https:// address that people type."
        yield Warning(f"SITE_URL is {settings.SITE_URL}: passwords would travel readably.", hint=hint, id="cop.W002")
    elif not settings.TRUSTED_PROXY_COUNT:
        hint = "Set TRUSTED_PROXY_COUNT to the number of proxies in front (1 with the ones in deploy/)."
        yield Warning(
            "TRUSTED_PROXY_COUNT is 0 although a proxy must be ending TLS: all visitors would share one rate limit, "
            "and every page would be redirected to itself.",
            hint=hint,
            id="cop.W003",
        )


def _mail() -> Iterator[CheckMessage]:
    if not settings.EMAIL_URL and not settings.EMAIL_PROVIDER:
        hint = "Set EMAIL_URL, as smtp+tls://user:password@mail.example.org:587, or EMAIL_PROVIDER."
        yield Warning("EMAIL_URL is not set: mail is caught in a folder and reaches nobody.", hint=hint, id="cop.W004")
    if settings.DEFAULT_FROM_EMAIL.endswith(f"<noreply@{settings.SITE_HOST}>"):
        hint = "Set DEFAULT_FROM_EMAIL to an address that exists, as Practice <hello@example.org>."
        yield Warning("DEFAULT_FROM_EMAIL is not set: who answers a mail writes to nobody.", hint=hint, id="cop.W005")


def _data() -> Iterator[CheckMessage]:
    if not settings.REDIS_URL:
        hint = "Set REDIS_URL, as redis://redis:6379/0, unless `manage.py up` serves the whole site on this machine."
        yield Warning("REDIS_URL is not set: only an embedded broker could pass tasks on.", hint=hint, id="cop.W006")
    on_sqlite = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    if on_sqlite and (urlsplit(settings.REDIS_URL).hostname or "") not in NEAR:
        hint = "Set DATABASE_URL, as postgres://user:password@db/cop."
        yield Warning(
            "The broker is on another machine but the data is in SQLite, which only one machine can use.",
            hint=hint,
            id="cop.W007",
        )


def _privacy() -> Iterator[CheckMessage]:
    if not settings.SITE_OPERATOR or not settings.PRIVACY_CONTACT:
        hint = "Set SITE_OPERATOR to your name and postal address, PRIVACY_CONTACT to an address that somebody reads."
        yield Warning(
            "SITE_OPERATOR or PRIVACY_CONTACT is not set: /privacy/ cannot say who answers for people's data.",
            hint=hint,
            id="cop.W008",
        )
