"""Refusals that a person can read, and the pages that show them."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import REASON_BAD_ORIGIN, REASON_BAD_REFERER, REASON_INSECURE_REFERER
from django.shortcuts import render


class Refused(ValidationError):
    """A process will not do this for anybody; the message says what to do next. A view adds it to its form."""


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is stale: show what was typed with a fresh token and a button that sends it again.

    The usual cause is a session that ended or was renewed in another tab. A form from another site is shown nothing.
    """
    foreign = {REASON_BAD_ORIGIN.split("%")[0], REASON_BAD_REFERER.split("%")[0], REASON_INSECURE_REFERER}
    typed = [] if any(reason.startswith(start) for start in foreign) else typed_fields(request)
    return render(request, "send_again.html", {"typed": typed, "reason": "stale"}, status=403)


def typed_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """Give what was typed into the posted form as (name, text) pairs, without the token, passwords and codes."""
    secret = ("csrfmiddlewaretoken", "password", "password1", "password2", "oldpassword", "code")
    return [(name, text) for name, texts in request.POST.lists() if name not in secret for text in texts]
