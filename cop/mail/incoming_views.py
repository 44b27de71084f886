"""Pages about mail that came in: a held one, for whoever was asked whether it is theirs."""

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from cop.base.pages import page
from cop.mail import arriving, handling, letters, trimming
from cop.mail.incoming_models import IncomingMessage, IncomingState

TOKEN = re.compile(r"[A-Za-z0-9_-]{20,43}")
SHOWN = 5000


def held_message(token: str) -> IncomingMessage:
    """Give the mail that a link leads to; Http404 where it is gone."""
    found = IncomingMessage.objects.filter(token=token).first() if TOKEN.fullmatch(token) else None
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def held(request: HttpRequest, token: str) -> HttpResponse:
    """Say with one button that a mail is one's own; afterwards the same link shows what came of it."""
    message = held_message(token)
    if request.method == "POST":
        message = handling.confirm(message)
        if message.state == IncomingState.DONE and message.url.startswith("/"):
            return redirect(message.url)
        return redirect("incoming:held", token)
    letter = letters.read_message(arriving.parse(bytes(message.raw)))
    context = {
        "message": message,
        "text": trimming.trim(letter.text).text[:SHOWN],
        "is_held": message.state == IncomingState.HELD,
        "is_done": message.state == IncomingState.DONE,
    }
    return page(request, "incoming/held.html", context)


@require_POST
def held_discard(request: HttpRequest, token: str) -> HttpResponse:
    """Say with one button that a mail is not one's own."""
    handling.discard(held_message(token))
    return redirect("incoming:held", token)
