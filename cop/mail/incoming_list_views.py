"""Mail that came in, for site staff: what became of each, why it went nowhere, and running it again."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cop.base.keyset import paginate
from cop.base.pages import page
from cop.mail import arriving, handling, letters, trimming
from cop.mail.incoming_models import IncomingMessage, IncomingState
from cop.privacy import recording
from cop.privacy.models import What

A_PAGE = 50
SHOWN = 20_000
View = Callable[..., HttpResponse]


def for_staff(view: View) -> View:
    """Let site staff in, and nobody else: these are other people's letters."""

    @wraps(view)
    def guarded(request: HttpRequest, **arguments: int) -> HttpResponse:
        if not getattr(request.user, "is_staff", False):
            raise PermissionDenied(_("Only site staff can look at mail that came in."))
        return view(request, **arguments)

    return login_required(guarded)


@require_safe
@for_staff
def messages_list(request: HttpRequest) -> HttpResponse:
    """List what came in, the newest first; `state` shows one kind alone."""
    rows = IncomingMessage.objects.defer("raw")
    state = request.GET.get("state", "")
    if state in IncomingState.values:
        rows = rows.filter(state=state)
    context = {
        "states": IncomingState.choices,
        "state": state,
        "page": paginate(rows, order=("received_at", "id"), at=request.GET.get("page", ""), size=A_PAGE),
    }
    return page(request, "incoming/messages.html", context)


@require_safe
@for_staff
def message_show(request: HttpRequest, message_id: int) -> HttpResponse:
    """Show one mail: what would be posted of it, what not, and how it came."""
    row = get_object_or_404(IncomingMessage, pk=message_id)
    recording.record(What.READ_MAIL, by=request.user, address=row.sender, detail=row.recipient)
    raw = bytes(row.raw)
    message = arriving.parse(raw)
    trimmed = trimming.trim(letters.read_message(message).text)
    context = {
        "row": row,
        "text": trimmed.text[:SHOWN],
        "cut": trimmed.cut[:SHOWN],
        "raw": raw[:SHOWN].decode("utf-8", "replace"),
        "may_run_again": row.state != IncomingState.WAITING,
    }
    return page(request, "incoming/message.html", context)


@require_POST
@for_staff
def message_again(request: HttpRequest, message_id: int) -> HttpResponse:
    """Run one mail again; what it did already is not done twice."""
    row = handling.again(get_object_or_404(IncomingMessage, pk=message_id))
    recording.record(What.RAN_MAIL, by=request.user, address=row.sender, detail=row.recipient)
    messages.info(request, f"{row.get_state_display()}. {row.reason}")
    return redirect("incoming:message", row.pk)
