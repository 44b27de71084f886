"""The page for flagging something: open to whoever can read it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from cop.base.errors import Refused
from cop.base.limits import network_of
from cop.base.pages import page, posted
from cop.moderation import flagging, things
from cop.moderation.forms import FlagForm
from cop.moderation.things import Thing


def _seen(request: HttpRequest, kind: str, thing_id: int) -> Thing | None:
    found = things.kinds.get(kind)
    return found.see(thing_id, request.user) if found else None


@never_cache
def flag(request: HttpRequest, kind: str, thing_id: int) -> HttpResponse:
    """Ask facilitators to look at something."""
    thing = _seen(request, kind, thing_id)
    if thing is None:
        raise Http404
    form = FlagForm(posted(request), is_trapped=not request.user.is_authenticated)
    if form.is_valid():
        try:
            _flag(request, thing, form)
        except Refused as refused:
            form.add_error(None, refused)
        else:
            _thank(request)
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


def _flag(request: HttpRequest, thing: Thing, form: FlagForm) -> None:
    data = form.cleaned_data
    flagging.flag(thing, by=request.user, reason=data["reason"], words=data["words"], network=network_of(request))


def _thank(request: HttpRequest) -> None:
    if request.user.is_authenticated:
        messages.success(request, _("Thank you. A facilitator looks at it, and you hear by mail what became of it."))
    else:
        messages.success(request, _("Thank you. A facilitator looks at it."))
