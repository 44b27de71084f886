"""Setting up a community in the browser: one question a page, left and resumed at will."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cop.base.errors import Refused
from cop.base.pages import page, posted
from cop.home import setting_up
from cop.home.models import SetUp
from cop.home.set_up_forms import STEPS, DeclineForm, IssueForm, missing_step
from cop.home.set_up_wording import answers_in_words, lead_of
from members.permissions import require
from members.signing_in import SignedInRequest, signed_in_or_send_again


def _own(request: HttpRequest, set_up_id: int) -> SetUp:
    """Give what the reader has begun; Http404 for anybody else's."""
    return get_object_or_404(SetUp.objects.select_related("community", "by"), pk=set_up_id, by=request.user.pk)


@signed_in_or_send_again
def set_up_begin(request: SignedInRequest) -> HttpResponse:
    """Ask the first question; the answer is kept from then on."""
    require(request.user, "home.set_up")
    form = IssueForm(posted(request))
    if form.is_valid():
        try:
            begun = setting_up.begin(form.cleaned_data, by=request.user)
            return redirect("home:set-up-step", begun.pk, "help")
        except Refused as refused:
            form.add_error(None, refused)
    unfinished = SetUp.objects.filter(by=request.user, community=None).order_by("-pk")[: setting_up.MOST_UNFINISHED]
    return page(request, "home/set_up_step.html", {"form": form, "unfinished": unfinished, **_progress("issue")})


def _progress(step: str) -> dict[str, Any]:
    names = list(STEPS)
    number = names.index(step)
    return {
        "step": step,
        "lead": lead_of(step),
        "number": number + 1,
        "count": len(names),
        "before": names[number - 1] if number else "",
    }


@signed_in_or_send_again
def set_up_step(request: SignedInRequest, set_up_id: int, step: str) -> HttpResponse:
    """Ask one question; what was answered before can be changed."""
    found = _own(request, set_up_id)
    if step not in STEPS:
        raise Http404
    if found.community:
        return redirect(found.community)
    form: Form = STEPS[step](posted(request), request.FILES or None, initial=found.answers)
    if form.is_valid():
        try:
            kept = setting_up.keep(found, form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused)
        else:
            names = [*STEPS, ""]
            following = names[names.index(step) + 1]
            if following and not missing_step(kept.answers):
                following = ""  # Somebody changes one answer, and has given all the others.
            return redirect("home:set-up-step", kept.pk, following) if following else redirect(kept)
    return page(request, "home/set_up_step.html", {"form": form, "set_up": found, **_progress(step)})


@require_safe
@login_required
def set_up_review(request: SignedInRequest, set_up_id: int) -> HttpResponse:
    """Show all answers before the community opens."""
    found = _own(request, set_up_id)
    if found.community:
        return redirect(found.community)
    if step := missing_step(found.answers):
        return redirect("home:set-up-step", found.pk, step)
    return page(request, "home/set_up_review.html", {"set_up": found, "answers": answers_in_words(found.answers)})


@require_POST
@login_required
def set_up_finish(request: SignedInRequest, set_up_id: int) -> HttpResponse:
    """Open the community, or hand it in."""
    found = _own(request, set_up_id)
    try:
        opened = setting_up.finish(found, by=request.user)
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("home:set-up-step", found.pk, missing_step(found.answers) or "look")
    if opened is None:
        messages.success(request, _("Handed in: site staff will look at it, and you get a mail."))
        return redirect(found)
    messages.success(request, _("Your community is open. What comes next stands below."))
    return redirect(opened)


@require_POST
@login_required
def set_up_discard(request: SignedInRequest, set_up_id: int) -> HttpResponse:
    """Throw away what was begun."""
    if setting_up.discard(_own(request, set_up_id)):
        messages.success(request, _("Discarded."))
    return redirect("home:set-up")


@require_safe
@login_required
def set_ups_waiting(request: SignedInRequest) -> HttpResponse:
    """What waits for site staff, the oldest first."""
    require(request.user, "home.approve_set_ups")
    waiting = SetUp.objects.filter(community=None, declined_at=None, submitted_at__isnull=False).select_related("by")
    rows = [
        {"set_up": row, "answers": answers_in_words(row.answers)} for row in waiting.order_by("submitted_at", "pk")[:50]
    ]
    return page(request, "home/set_ups_waiting.html", {"rows": rows})


@require_POST
@login_required
def set_up_approve(request: SignedInRequest, set_up_id: int) -> HttpResponse:
    """Let a community open."""
    require(request.user, "home.approve_set_ups")
    found = get_object_or_404(SetUp.objects.select_related("by"), pk=set_up_id, submitted_at__isnull=False)
    try:
        setting_up.approve(found, by=request.user)
        messages.success(request, _("It is open, and who asked gets a mail."))
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("home:set-ups-waiting")


@signed_in_or_send_again
def set_up_decline(request: SignedInRequest, set_up_id: int) -> HttpResponse:
    """Say why a community does not start here."""
    require(request.user, "home.approve_set_ups")
    found = get_object_or_404(SetUp.objects.select_related("by"), pk=set_up_id, submitted_at__isnull=False)
    form = DeclineForm(posted(request))
    if form.is_valid():
        setting_up.decline(found, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("Declined; who asked gets your line by mail."))
        return redirect("home:set-ups-waiting")
    return page(request, "home/set_up_decline.html", {"form": form, "set_up": found})
