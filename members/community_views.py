"""Pages that change, join and leave a community."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cop.base.errors import Refused
from cop.base.pages import page, posted
from members import joining
from members.community_forms import CommunityForm, LeaveForm, RequestForm
from members.models import Community
from members.permissions import require
from members.signing_in import SignedInRequest, signed_in_or_send_again


def visible_community(request: HttpRequest, slug: str) -> Community:
    """Give the community with this slug; Http404 where the reader may not know of it."""
    return get_object_or_404(Community.objects.visible_to(request.user), slug=slug)


@signed_in_or_send_again
def community_edit(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """Change what a community is."""
    community = visible_community(request, community_slug)
    require(request.user, "members.edit_community", community)
    form = CommunityForm(posted(request), request.FILES or None, instance=community, by=request.user)
    if form.is_valid():
        messages.success(request, _("Saved."))
        return redirect(form.save())
    # A refused form must not show its name in the header as if it were saved.
    shown = Community.objects.get(pk=community.pk)
    return page(request, "members/community_edit.html", {"community": shown, "form": form})


@require_POST
@login_required
def community_join(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """Join an open community."""
    community = visible_community(request, community_slug)
    if not request.user.has_perm(
        "members.leave_community", community
    ):  # Who is in already presses in vain, not wrongly.
        require(request.user, "members.join_community", community)
        _say(request, lambda: joining.join(community, by=request.user), _("Welcome! You are a member now."))
    return redirect(community)


@signed_in_or_send_again
def community_ask(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """Ask to join a community that takes requests, with a line to the facilitators."""
    community = visible_community(request, community_slug)
    require(request.user, "members.ask_to_join", community)
    form = RequestForm(posted(request))
    if form.is_valid():
        said = _("Your request is with the facilitators. You get their answer by mail.")
        line = form.cleaned_data["line"]
        _say(request, lambda: joining.ask_to_join(community, by=request.user, line=line), said)
        return redirect(community)
    return page(request, "members/community_ask.html", {"community": community, "form": form})


@signed_in_or_send_again
def community_leave(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """Ask whether somebody really leaves, or rather steps back, and let them."""
    community = visible_community(request, community_slug)
    require(request.user, "members.leave_community", community)
    form = LeaveForm(posted(request))
    if form.is_valid():
        why, is_named = form.cleaned_data["why"], not form.cleaned_data["is_unnamed"]
        try:
            joining.leave(community, by=request.user, why=why, is_named=is_named)
            messages.success(request, _("You have left this community."))
            return redirect(settings.LOGIN_REDIRECT_URL)
        except Refused as refused:
            form.add_error(None, refused)
    return page(request, "members/community_leave.html", {"community": community, "form": form})


@require_POST
@login_required
def community_step_back(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """Read on without taking part, or take part again."""
    community = visible_community(request, community_slug)
    require(request.user, "members.leave_community", community)
    if request.POST.get("undo"):
        _say(request, lambda: joining.step_in(community, by=request.user), _("Good to have you back."))
    else:
        said = _("You have stepped back: you can read everything, and get one letter a month.")
        _say(request, lambda: joining.step_back(community, by=request.user), said)
    return redirect(community)


def _say(request: SignedInRequest, do: Callable[[], bool], said: str) -> None:
    try:
        if do():
            messages.success(request, said)
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))
