"""Pages on which facilitators look after a community: what it says, its tools, its stage, its issue, its end."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cop.base.comparing import compare
from cop.base.errors import Refused
from cop.base.keyset import paginate
from cop.base.pages import page, posted
from cop.home import closing, reviewing, staging, switching, telling_about, welcoming
from cop.home.care_forms import AboutForm, CloseForm, IssueReviewForm, StageForm, WelcomeForm
from cop.home.models import IssueReview, about_of
from cop.home.named_in_texts import query_for
from cop.home.naming_models import NamedRequest
from members.models import Community, Stage
from members.permissions import require
from members.signing_in import SignedInRequest, signed_in_or_send_again, sure
from members.standing import standing_of


def visible_community(request: HttpRequest, slug: str) -> Community:
    """Give a community with the one it is part of; Http404 where the reader may not know of it."""
    return get_object_or_404(Community.objects.visible_to(request.user).select_related("parent"), slug=slug)


def _looked_after(request: SignedInRequest, slug: str) -> Community:
    community = visible_community(request, slug)
    require(request.user, "home.look_after", community)
    return community


@require_safe
def about(request: HttpRequest, community_slug: str) -> HttpResponse:
    """What a community tells about itself."""
    community = visible_community(request, community_slug)
    context = {"community": community, "about": about_of(community), "reviews": _reviews(request, community)}
    return page(request, "home/about.html", context)


def _reviews(request: HttpRequest, community: Community) -> list[IssueReview]:
    """Give what became of the pressing issue over time, for those who belong here."""
    if not request.user.has_perm("members.see_people", community):
        return []
    rows = IssueReview.objects.filter(community=community, answered_at__isnull=False).select_related("by")
    return list(rows.order_by("-answered_at")[:10])


@signed_in_or_send_again
def about_edit(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """Change what a community tells about itself; who saves over newer words sees the difference first."""
    community = _looked_after(request, community_slug)
    found = about_of(community)
    form = AboutForm(posted(request), initial={"body": found.body, "version": found.version})
    context: dict[str, Any] = {"community": community, "form": form}
    if form.is_valid():
        typed = form.cleaned_data["body"]
        try:
            telling_about.save(community, body=typed, version=form.cleaned_data["version"])
            messages.success(request, _("Saved."))
            return redirect("home:about", community.slug)
        except telling_about.Conflict as conflict:
            form.add_error(None, conflict)
            form.data = renewed = request.POST.copy()
            renewed["version"] = str(conflict.newer.version)
            context["changes"] = compare(conflict.newer.body, typed)
        except Refused as refused:
            form.add_error("body", refused)
    return page(request, "home/about_edit.html", context)


@signed_in_or_send_again
def welcome(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """Change the words that newcomers get by mail, and get that mail oneself to look at."""
    community = _looked_after(request, community_slug)
    words = welcoming.words_of(community)
    form = WelcomeForm(posted(request), initial={"is_on": words.is_on, "body": words.body})
    if form.is_valid():
        try:
            saved = welcoming.save(community, **form.cleaned_data)
            if "preview" in request.POST:
                welcoming.send(saved, to=request.user)
                messages.success(request, _("Saved. The mail is on its way to you."))
            else:
                messages.success(request, _("Saved."))
            return redirect("home:welcome", community.slug)
        except Refused as refused:
            form.add_error("body", refused)
    return page(request, "home/welcome.html", {"community": community, "form": form})


@require_safe
@login_required
def tools(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """The tools of a community: those that are on, and when each of the others is worth adding."""
    community = _looked_after(request, community_slug)
    return page(request, "home/tools.html", {"community": community, "tools": switching.tools_of(community)})


@require_POST
@login_required
def tool_set(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """Add a tool, with a first draft in it where it is empty, or hide one."""
    community = _looked_after(request, community_slug)
    try:
        if request.POST.get("off"):
            switching.hide(community, request.POST["off"])
            messages.success(request, _("Hidden. Nothing was deleted: add it again, and all of it is there."))
        else:
            switching.add(community, request.POST.get("on", ""), by=request.user)
            messages.success(request, _("Added."))
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("home:tools", community.slug)


@signed_in_or_send_again
def stage(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """Say in which stage a community is."""
    community = _looked_after(request, community_slug)
    form = StageForm(posted(request), initial={"stage": community.stage})
    if form.is_valid():
        if staging.set_stage(community, Stage(form.cleaned_data["stage"])):
            messages.success(request, _("Saved."))
        return redirect(community)
    weather = staging.weather_of(community)
    advice = [(choice.label, staging.ADVICE[choice].what) for choice in Stage]
    context = {"community": community, "form": form, "weather": weather, "advice": advice}
    return page(request, "home/stage.html", context)


@signed_in_or_send_again
def issue(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """Say what became of the pressing issue."""
    community = _looked_after(request, community_slug)
    form = IssueReviewForm(posted(request))
    if form.is_valid():
        reviewing.answer(community, by=request.user, **form.cleaned_data)
        messages.success(request, _("Thank you. It stands on the page about the community, for its members."))
        return redirect(community)
    return page(request, "home/issue.html", {"community": community, "form": form})


@signed_in_or_send_again
@sure
def close(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """Close a community well: last words first."""
    community = _looked_after(request, community_slug)
    form = CloseForm(posted(request), initial={"body": about_of(community).last_words})
    if form.is_valid():
        try:
            closing.close(community, last_words=form.cleaned_data["body"], by=request.user)
            messages.success(request, _("The community is closed: everything can be read, nothing new is written."))
            return redirect(community)
        except Refused as refused:
            form.add_error("body", refused)
    context = {"community": community, "form": form, "exports": closing.exports_of(community)}
    return page(request, "home/close.html", context)


@require_POST
@login_required
def open_again(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """Open a closed community for writing."""
    community = visible_community(request, community_slug)
    require(request.user, "home.open_again", community)
    if closing.open_again(community, by=request.user):
        messages.success(request, _("The community is open again."))
    return redirect(community)


@require_safe
def parts(request: HttpRequest, community_slug: str) -> HttpResponse:
    """The communities that are part of this one, as far as the reader may know of them."""
    community = visible_community(request, community_slug)
    known = Community.objects.visible_to(request.user).alive().filter(parent=community)
    context = {
        "community": community,
        "page": paginate(known, order=("created_at", "id"), at=request.GET.get("page", "")),
        "reader_kind": standing_of(request.user).kind_in(community),
    }
    return page(request, "home/parts.html", context)


@require_safe
@login_required
def named(request: SignedInRequest, community_slug: str, request_id: int) -> HttpResponse:
    """Lead facilitators to the texts in which somebody who left is named."""
    community = visible_community(request, community_slug)
    rows = NamedRequest.objects.visible_to(request.user).filter(community=community)
    found = get_object_or_404(rows, pk=request_id)
    return redirect(f"{reverse('home:community-search', args=[community.slug])}?{query_for(found.name)}")
