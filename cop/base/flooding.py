"""How much one person, or one network without an account, may write in a while: all forms and buttons together.

What is dear by itself (mails, searches, exports, uploads) has narrower limits of its own, beside the view.
"""

import logging
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cop.base.errors import typed_fields
from cop.base.limits import Limit, first_over, network_of

logger = logging.getLogger("cop.security")

MINUTE, HOUR = 60, 3600
# A whole library may stand behind one address: its people count each for themselves, and together for so many.
PEOPLE_IN_A_NETWORK = 10
# An hour's worth, in minutes at full speed: nobody writes like that for long.
LASTS = 10


class FloodMiddleware:
    """Answers 429 to more writing than a person can do, with what was typed and a button that sends it again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or not (wait := seconds_to_wait(request)):
            return self.get_response(request)
        return too_many(request, wait)


def seconds_to_wait(request: HttpRequest) -> int:
    """Count one more thing written; give for how long to wait where it was too many, and 0 otherwise."""
    most: int = settings.WRITES_A_MINUTE
    if not most or request.path.startswith(settings.UNCOUNTED_PATHS):
        return 0
    is_known = request.user.is_authenticated
    counts = [(f"person:{request.user.pk}", most)] if is_known else []
    counts.append((f"network:{network_of(request)}", most * (PEOPLE_IN_A_NETWORK if is_known else 1)))
    over = first_over(
        [
            Limit(f"write-{seconds}", who, span, seconds)
            for who, times in counts
            for seconds, span in ((MINUTE, times), (HOUR, times * LASTS))
        ]
    )
    return over.seconds if over else 0


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """Say that it was too much, for how long, and give back what was typed."""
    logger.warning("too much was written: from=%s user=%s", network_of(request), request.user.pk)
    context = {"typed": typed_fields(request), "reason": "too_many", "minutes": max(1, seconds // MINUTE)}
    answer = render(request, "send_again.html", context, status=429)
    answer["Retry-After"] = str(seconds)
    return answer
