"""Pages on which a reader without an account gets the data about their address, has it forgotten, sees consents."""

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cop.base.errors import Refused
from cop.base.keyset import paginate
from cop.base.pages import page
from cop.notifications import followables, reader_data
from cop.notifications.manage_views import with_subscriber
from cop.notifications.models import Subscriber, SubscriptionEvent
from cop.notifications.views import link_gone


@require_POST
@with_subscriber
def reader_data_ask(request: HttpRequest, token: str, subscriber: Subscriber, what: str) -> HttpResponse:
    """Mail the address a link to its data, or to being forgotten."""
    if what not in ("data", "forget"):
        return link_gone(request)
    try:
        reader_data.ask(subscriber, what)
        messages.success(request, _("We sent a mail to %(address)s. Go on there.") % {"address": subscriber.shown})
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("notifications:manage", token)


@never_cache
def reader_data_fetch(request: HttpRequest, code: str) -> HttpResponseBase:
    """Give what is kept about an address, by one button."""
    subscriber = reader_data.subscriber_of(code, "data")
    if subscriber is None:
        return link_gone(request)
    if request.method == "POST":
        name = f"{slugify(settings.SITE_NAME) or 'site'}.zip"
        return FileResponse(
            reader_data.pack(subscriber), as_attachment=True, filename=name, content_type="application/zip"
        )
    return page(request, "notifications/reader_data.html", {"subscriber": subscriber})


@never_cache
def reader_forget(request: HttpRequest, code: str) -> HttpResponse:
    """Forget an address, by one button."""
    subscriber = reader_data.subscriber_of(code, "forget")
    if subscriber is None:
        return link_gone(request)
    if request.method == "POST":
        try:
            reader_data.forget(subscriber)
            return page(request, "notifications/reader_forgotten.html")
        except Refused as refused:
            messages.error(request, " ".join(refused.messages))
    return page(request, "notifications/reader_forget.html", {"subscriber": subscriber})


@require_safe
@with_subscriber
def consents(request: HttpRequest, token: str, subscriber: Subscriber) -> HttpResponse:
    """Show what an address agreed to: when, in which words, from which network."""
    rows = SubscriptionEvent.objects.filter(subscriber=subscriber).select_related("subscription")
    found = paginate(rows, order=("at", "id"), at=request.GET.get("page", ""), size=50)
    keys = {(row.subscription.thing_kind, row.subscription.thing_id) for row in found.rows if row.subscription}
    things = followables.find_all(keys)
    lines = [
        (row, things.get((row.subscription.thing_kind, row.subscription.thing_id)) if row.subscription else None)
        for row in found.rows
    ]
    context = {"subscriber": subscriber, "token": token, "lines": lines, "page": found}
    return page(request, "notifications/consents.html", context)
