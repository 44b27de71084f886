"""Rate limits on Django's cache: how often something may happen within a span of time."""

import hashlib
import logging

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

logger = logging.getLogger(__name__)


def within_limit(name: str, who: str, *, times: int, seconds: int) -> bool:
    """Count one more `name` by `who` and tell whether it is among the first `times` of the running `seconds`.

    Where the cache does not answer, the limit lets everybody pass: a limit must not stop the site.
    """
    digest = hashlib.sha256(who.encode()).hexdigest()[:32]
    key = f"limit:{name}:{digest}"
    try:
        cache.add(key, 0, timeout=seconds)
        return cache.incr(key) <= times
    except ValueError:  # It expired between add and incr.
        return True
    except Exception:
        logger.exception("The cache did not answer; the limit %s was not checked", name)
        return True


def network_of(request: HttpRequest) -> str:
    """Give the client's address, read through as many proxies as TRUSTED_PROXY_COUNT says and no more."""
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    count: int = settings.TRUSTED_PROXY_COUNT
    if count and len(hops) >= count:
        return str(hops[-count])
    return str(request.META.get("REMOTE_ADDR", ""))
