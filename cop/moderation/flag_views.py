"""The page for flagging something: open to whoever can read it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cop.base.errors import Refused
from cop.base.limits import network_of
from cop.base.links import absolute_url
from cop.base.pages import page, posted
from cop.moderation import flagging, hearing, telling, things
from cop.moderation.flag_models import Flag
from cop.moderation.forms import FlagForm
from cop.moderation.things import Thing
from cop.privacy.retention import days_of
from members.models import Community


def _seen(request: HttpRequest, kind: str, thing_id: int) -> Thing | None:
    found = things.kinds.get(kind)
    return found.see(thing_id, request.user) if found else None


@never_cache
def flag(request: HttpRequest, kind: str, thing_id: int) -> HttpResponse:
    """Ask facilitators to look at something."""
    thing = _seen(request, kind, thing_id)
    if thing is None:
        raise Http404
    form = FlagForm(posted(request), is_visitor=not request.user.is_authenticated)
    if form.is_valid():
        try:
            made = _flag(request, thing, form)
        except Refused as refused:
            form.add_error(None, refused)
        else:
            if made.code:
                return redirect("moderation:flagged", made.code)
            messages.success(
                request, _("Thank you. A facilitator looks at it, and you hear by mail what became of it.")
            )
            # Enough flags hide it, and then there is nothing to go back to.
            return redirect(thing.url if _seen(request, kind, thing_id) else thing.community.get_absolute_url())
    context = {
        "community": thing.community,
        "thing": thing,
        "words": things.kinds[kind].words,
        "form": form,
        "is_flagged": flagging.has_flagged(thing, request.user),
    }
    return page(request, "moderation/flag.html", context)


def _flag(request: HttpRequest, thing: Thing, form: FlagForm) -> Flag:
    data = form.cleaned_data
    return flagging.flag(
        thing,
        by=request.user,
        reason=data["reason"],
        words=data["words"],
        network=network_of(request),
        address=data.get("address", ""),
    )


@require_safe
@never_cache
def flagged(request: HttpRequest, code: str) -> HttpResponse:
    """What became of a visitor's flag, for whoever has the address of this page."""
    found = hearing.flag_of(code)
    if found is None:
        raise Http404
    thing = hearing.thing_seen(found, request.user)
    shown = Community.objects.visible_to(request.user).filter(pk=found.community_id).first()
    context = {
        "community": shown,
        "flag": found,
        "thing": thing,
        "address": absolute_url("moderation:flagged", code),
        "title": telling.called(found.kind, thing.title, is_own=False) if thing else "",
        "days": days_of("flags"),
    }
    return _secret(page(request, "moderation/flagged.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def flag_hear(request: HttpRequest, token: str) -> HttpResponse:
    """Let an address hear what becomes of a flag by one button: a program that only follows the link proves nothing."""
    found = hearing.asked(token)
    if found is None:
        raise Http404
    if request.method == "POST":
        hearing.confirm(found)
        return redirect("moderation:flagged", found.code)
    return _secret(page(request, "moderation/flag_hear.html", {"flag": found}))


def _secret(response: HttpResponse) -> HttpResponse:
    response["Referrer-Policy"] = "no-referrer"
    return response
