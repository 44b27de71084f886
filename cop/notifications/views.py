"""What a reader meets: leaving an address, confirming it, leaving by one click."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from cop.base.errors import Refused
from cop.base.limits import network_of, within_limit
from cop.base.pages import page, posted
from cop.notifications import asking, community_digests, confirming, followables, leaving, owning
from cop.notifications.followables import Thing
from cop.notifications.forms import SubscribeForm, known_zone
from cop.notifications.models import How, Subscriber, Subscription
from cop.notifications.tokens import is_token

ASKS_AN_HOUR = 20


def thing_or_404(request: HttpRequest, kind: str, thing_id: int) -> Thing:
    """Give a thing that the reader may know of; Http404 otherwise."""
    thing = followables.find(kind, thing_id)
    if thing is None or not followables.may_read(request.user, thing):
        raise Http404
    return thing


def link_gone(request: HttpRequest, *, status: int = 404, **context: object) -> HttpResponse:
    """Answer a link that leads nowhere (any more) with what to do next."""
    return page(request, "notifications/link_gone.html", dict(context), status=status)


def subscription_ask(request: HttpRequest, thing_kind: str, thing_id: int) -> HttpResponse:
    """Take an address. The answer is the same for every address, known or not."""
    thing = thing_or_404(request, thing_kind, thing_id)
    if not thing.takes_addresses:
        raise Http404
    form = SubscribeForm(posted(request), initial={"address": getattr(request.user, "email", "")})
    if form.is_valid():
        try:
            return _take(request, thing, form)
        except Refused as refused:
            form.add_error("address", refused)
    return page(request, "notifications/subscription_ask.html", {"form": form, "thing": thing, "accent_of": thing})


def _take(request: HttpRequest, thing: Thing, form: SubscribeForm) -> HttpResponse:
    network = network_of(request)
    if not within_limit("subscribe", network, times=ASKS_AN_HOUR, seconds=3600):
        raise Refused(_("Many addresses were entered from your network. Please try again in an hour."))
    if thing.is_archived:
        raise Refused(_("Nothing new is written here any more, so there is nothing to subscribe to."))
    address = form.cleaned_data["address"]
    if request.user.is_authenticated:
        subscriber = owning.own(request.user, address)
        if subscriber:
            confirming.welcome(subscriber, thing, how=How.ACCOUNT, network=network, by=request.user)
            messages.success(request, _("You get new posts by e-mail at %(address)s.") % {"address": address})
            return redirect(thing.url)
    if not thing.is_public:
        raise Refused(_("This is for members: use an address that your account has confirmed."))
    asking.ask(address, thing=thing, network=network, zone=form.cleaned_data["timezone"])
    return redirect("notifications:subscription-asked", thing.kind, thing.id)


@require_safe
def subscription_asked(request: HttpRequest, thing_kind: str, thing_id: int) -> HttpResponse:
    """Say where to look now."""
    thing = thing_or_404(request, thing_kind, thing_id)
    return page(request, "notifications/subscription_asked.html", {"thing": thing, "accent_of": thing})


def subscription_by_token(token: str) -> tuple[Subscription, Thing] | None:
    """Give the subscription whose mails hold `token`, and what it follows; None where either is gone."""
    rows = Subscription.objects.select_related("subscriber")
    subscription = rows.filter(token=token).first() if is_token(token) else None
    thing = followables.find(subscription.thing_kind, subscription.thing_id) if subscription else None
    return (subscription, thing) if subscription and thing else None


@never_cache
def subscription_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Show the one button; only pressing it confirms."""
    found = subscription_by_token(token)
    if found is None:
        return link_gone(request)
    subscription, thing = found
    if request.method == "POST":
        try:
            zone = known_zone(request.POST.get("timezone", ""))
            confirming.confirm(subscription, network=network_of(request), zone=zone)
        except Refused as refused:
            return link_gone(request, status=410, thing=thing, accent_of=thing, reason=" ".join(refused.messages))
        messages.success(request, _("Done: new posts of “%(thing)s” come by e-mail.") % {"thing": thing.title})
        return redirect("notifications:manage", token)
    needs_button = not subscription.is_confirmed or subscription.subscriber.unreachable_at
    if not needs_button:
        return redirect("notifications:manage", token)
    if subscription.is_expired or subscription.state == "left":
        return link_gone(request, status=410, thing=thing, accent_of=thing, is_expired=subscription.is_expired)
    context = {"subscription": subscription, "thing": thing, "accent_of": thing, "token": token}
    return page(request, "notifications/subscription_confirm.html", context)


# RFC 8058: a mail program posts here without a cookie, and so without a token of ours.
@csrf_exempt
@never_cache
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Leave by one POST, from a mail program or from the button that GET shows."""
    found = subscription_by_token(token)
    if found is None:
        return link_gone(request)
    subscription, thing = found
    if request.method == "POST":
        by_program = "List-Unsubscribe" in request.POST
        leaving.leave(subscription, detail=_("by the mail program's button") if by_program else "")
        subscription.refresh_from_db()
    context = {"subscription": subscription, "thing": thing, "accent_of": thing, "token": token}
    return page(request, "notifications/leave.html", context)


# RFC 8058, as above.
@csrf_exempt
@never_cache
def digests_leave(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the round-ups of communities by one POST; GET shows the button."""
    subscriber = Subscriber.objects.filter(token=token).first() if is_token(token) else None
    if subscriber is None:
        return link_gone(request)
    if request.method == "POST":
        community_digests.leave(subscriber)
    context = {"subscriber": subscriber, "token": token, "is_done": request.method == "POST"}
    return page(request, "notifications/digests_leave.html", context)
