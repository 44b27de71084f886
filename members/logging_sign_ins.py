"""A line in the log for each sign-in, each that failed, and each sign-out: who and from where; never what was typed."""

import logging
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest

from cop.base.limits import network_of
from members.models import User

logger = logging.getLogger("cop.security")


def signed_in(sender: Any, *, request: HttpRequest | None = None, user: User, **_given: Any) -> None:
    """Say who came in, and by which proofs."""
    if request is None:
        return
    proofs = [str(one.get("type") or one.get("method")) for one in get_authentication_records(request, user)]
    logger.info("signed in: user=%s by=%s from=%s", user.pk, "+".join(proofs) or "session", network_of(request))


def signed_out(sender: Any, *, request: HttpRequest | None = None, user: User | None = None, **_given: Any) -> None:
    """Say who left."""
    if request is not None and user is not None:
        logger.info("signed out: user=%s from=%s", user.pk, network_of(request))


def refused(sender: Any, *, request: HttpRequest | None = None, **_given: Any) -> None:
    """Say from where somebody failed; whose account was meant may be a slip of the fingers, so it is not kept."""
    logger.warning("sign-in failed: from=%s", network_of(request) if request is not None else "")
