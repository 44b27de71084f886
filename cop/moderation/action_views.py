"""Pages about what was done: doing it with a reason, being told of it, objecting, and the log."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cop.base.errors import Refused
from cop.base.keyset import paginate
from cop.base.pages import page, posted
from cop.moderation import acting, objecting, telling, things
from cop.moderation.action_models import ModerationAction, Objection, What
from cop.moderation.forms import ObjectionForm, SuspendForm, WhyForm, why_of
from cop.moderation.things import Thing, ThingKind
from cop.moderation.wording import OTHERWISE, SAYS
from members.models import Community
from members.permissions import require
from members.signing_in import SignedInRequest, signed_in_or_send_again, sure

LINES_A_PAGE = 50


@signed_in_or_send_again
def act(request: SignedInRequest, kind: str, thing_id: int, what: str) -> HttpResponse:
    """Do something to what somebody wrote, for a point of the guidelines and with words to them."""
    found = things.kinds.get(kind)
    thing = found.see(thing_id, request.user) if found else None
    if found is None or thing is None or (what not in found.acts and what != What.WARNED):
        raise Http404
    require(request.user, "moderation.take_care", thing.community)
    ask = sure(_ask_why) if what in acting.ASKS_SURE else _ask_why
    return ask(request, found, thing, what)


def _ask_why(request: SignedInRequest, found: ThingKind, thing: Thing, what: str) -> HttpResponse:
    form = (SuspendForm if what == What.SUSPENDED else WhyForm)(posted(request), community=thing.community, what=what)
    if form.is_valid():
        try:
            if what == What.WARNED:
                is_new = acting.warn(thing.kind, thing.id, by=request.user, why=why_of(form)) is not None
            else:
                is_new = acting.do(what, thing.kind, thing.id, by=request.user, why=why_of(form))
        except Refused as refused:
            form.add_error(None, refused)
        else:
            _say(request, what, thing, is_new=is_new)
            return redirect(thing.url if found.see(thing.id, request.user) else thing.community)
    context = {"community": thing.community, "thing": thing, "form": form, "says": SAYS.get(What(what), OTHERWISE)}
    return page(request, "moderation/act.html", context)


def _say(request: SignedInRequest, what: str, thing: Thing, *, is_new: bool) -> None:
    """Say what came of it, and promise a mail only where one is sent."""
    if not is_new:
        messages.info(request, _("That was done before. Nothing has changed, and nobody is told."))
    elif thing.author and thing.author != request.user and telling.is_told(what):
        messages.success(request, _("Done. Whoever it is about is told why."))
    else:
        messages.success(request, _("Done."))


@signed_in_or_send_again
@never_cache
def told(request: SignedInRequest, action_id: int) -> HttpResponse:
    """What was done to something of the reader's, with room to object."""
    rows = ModerationAction.objects.about_person(request.user).select_related("community")
    action = get_object_or_404(rows, pk=action_id)
    objection = Objection.objects.filter(action=action).first()
    form = ObjectionForm(posted(request)) if objection is None else None
    is_read = "seen" in request.POST
    if is_read and form is not None and request.POST.get("words", "").strip():
        form.add_error("words", _("You have written something. Send it by “Object”, or take it out first."))
    elif request.method == "POST":
        objecting.note_seen(action)
        if is_read:
            return redirect("moderation:mine")
        if form is not None and form.is_valid():
            try:
                objecting.object_to(action, by=request.user, words=form.cleaned_data["words"])
            except Refused as refused:
                messages.error(request, " ".join(refused.messages))
            else:
                messages.success(request, _("Somebody else looks at it, and you hear by mail what they decide."))
            return redirect(action)
    context: dict[str, Any] = {
        "action": action,
        "accent_of": action.community,
        "sentence": telling.sentence_of(action),
        "called": telling.called(action.kind, action.title),
        "objection": objection,
        "outcome": telling.outcome_of(objection) if objection else "",
        "form": form,
    }
    return page(request, "moderation/told.html", context)


@require_safe
@never_cache
@login_required
def mine(request: SignedInRequest) -> HttpResponse:
    """What was done to things of the reader's, anywhere."""
    rows = ModerationAction.objects.about_person(request.user).select_related("community")
    found = paginate(rows, order=("at", "id"), at=request.GET.get("page", ""))
    return page(request, "moderation/mine.html", {"page": found})


@require_safe
@never_cache
@login_required
def log(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """What was done in a community and why: with names for facilitators, without for members where that is shared."""
    community = get_object_or_404(Community.objects.visible_to(request.user), slug=community_slug)
    may_see_names = request.user.has_perm("moderation.take_care", community)
    if not may_see_names:
        require(request.user, "moderation.read_log", community)
    rows = ModerationAction.objects.filter(community=community)
    about = request.GET.get("about", "")
    if may_see_names and about.isdecimal() and len(about) < 19:
        rows = rows.filter(about=int(about))
    rows = rows.select_related("about", "by", "objection")
    found = paginate(rows, order=("at", "id"), at=request.GET.get("page", ""), size=LINES_A_PAGE)
    if not may_see_names:  # Titles were kept as they were, also of what members may not know of.
        named = things.named_to(request.user, [(action.kind, action.thing_id) for action in found.rows])
        for action in found.rows:
            action.named = named.get((action.kind, action.thing_id))  # type: ignore[attr-defined]
    context = {
        "community": community,
        "page": found,
        "may_see_names": may_see_names,
        "private_kinds": [name for name in things.kinds if things.kinds[name].is_private],
    }
    return page(request, "moderation/log.html", context)
