"""Rate limits on Django's cache: how often something may happen within a span of time."""

import hashlib
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limit:
    """How often something may happen: `name` by `who`, `times` within the running `seconds`."""

    name: str
    who: str
    times: int
    seconds: int

    @property
    def key(self) -> str:
        """Under which it is counted."""
        digest = hashlib.sha256(self.who.encode()).hexdigest()[:32]
        return f"limit:{self.name}:{digest}"


def within_limit(name: str, who: str, *, times: int, seconds: int) -> bool:
    """Count one more `name` by `who` and tell whether it is among the first `times` of the running `seconds`."""
    return first_over([Limit(name, who, times, seconds)]) is None


def first_over(limits: Sequence[Limit]) -> Limit | None:
    """Count one more of each, in their order, until there is one of which it is too many; give that one.

    Where the cache does not answer, everybody passes: a limit must not stop the site.
    """
    count = getattr(cache, "first_over", _count_singly)
    try:
        over = count([(limit.key, limit.seconds, limit.times) for limit in limits])
    except Exception:
        logger.exception("The cache did not answer; not checked: %s", ", ".join(limit.name for limit in limits))
        return None
    return None if over is None else limits[over]


def _count_singly(counted: Sequence[tuple[str, int, int]]) -> int | None:
    """Count with what each of Django's caches can do; where it is Redis, `cop.base.counting` does it at once."""
    for number, (key, seconds, most) in enumerate(counted):
        cache.add(key, 0, timeout=seconds)
        with suppress(ValueError):  # It expired between add and incr.
            if cache.incr(key) > most:
                return number
    return None


def network_of(request: HttpRequest) -> str:
    """Give the client's address, read through as many proxies as TRUSTED_PROXY_COUNT says and no more."""
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    count: int = settings.TRUSTED_PROXY_COUNT
    if count and len(hops) >= count:
        return str(hops[-count])
    return str(request.META.get("REMOTE_ADDR", ""))
