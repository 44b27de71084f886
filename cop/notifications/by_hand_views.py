"""What somebody on an old distribution list meets: subscribe by one button, or decline by one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from cop.base.errors import Refused
from cop.base.limits import network_of
from cop.base.pages import page
from cop.notifications import by_hand, followables
from cop.notifications.followables import Thing
from cop.notifications.models import ByHand, Subscription
from cop.notifications.tokens import is_token
from cop.notifications.views import link_gone


def _entry(token: str) -> tuple[ByHand, Thing] | None:
    entry = ByHand.objects.filter(token=token).first() if is_token(token) else None
    thing = followables.find(entry.thing_kind, entry.thing_id) if entry else None
    return (entry, thing) if entry and thing else None


@require_safe
@never_cache
def by_hand_answer(request: HttpRequest, token: str) -> HttpResponse:
    """Show the two buttons."""
    return _show(request, token)


def _show(request: HttpRequest, token: str) -> HttpResponse:
    found = _entry(token)
    if found is None:
        return link_gone(request)
    entry, thing = found
    context = {"entry": entry, "thing": thing, "accent_of": thing, "token": token}
    return page(request, "notifications/by_hand_answer.html", context)


@require_POST
def by_hand_subscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Subscribe the mailbox that the note was sent to."""
    found = _entry(token)
    if found is None:
        return link_gone(request)
    entry, thing = found
    try:
        by_hand.subscribe(entry, network=network_of(request))
    except Refused as refused:
        return link_gone(request, status=410, thing=thing, accent_of=thing, reason=" ".join(refused.messages))
    messages.success(request, _("Done: new posts of “%(thing)s” come by e-mail.") % {"thing": thing.title})
    row = Subscription.objects.to(thing.kind, thing.id).get(subscriber__address=entry.address)
    return redirect("notifications:manage", row.token)


# RFC 8058: a mail program posts here without a cookie, and so without a token of ours.
@csrf_exempt
@never_cache
def by_hand_leave(request: HttpRequest, token: str) -> HttpResponse:
    """Decline by one POST, from a mail program or from the button; GET shows the buttons."""
    found = _entry(token)
    if request.method == "POST" and found:
        by_hand.decline(found[0])
    return _show(request, token)
