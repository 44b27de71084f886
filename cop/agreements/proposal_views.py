"""Pages of proposals: the list, one of them, answering, changing, the outcome; and the community's remit."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cop.agreements import proposing
from cop.agreements.commitment_views import place_of, visible_community
from cop.agreements.proposal_forms import (
    OutcomeForm,
    PositionForm,
    ProlongForm,
    ProposalForm,
    RevisionForm,
    end_of,
)
from cop.agreements.proposal_models import Position, Proposal, ProposalState, Remit, Stance
from cop.base.comparing import compare
from cop.base.errors import Refused
from cop.base.keyset import paginate
from cop.base.pages import page, posted
from members.models import Community
from members.permissions import require
from members.signing_in import SignedInRequest, signed_in_or_send_again

OPEN_SHOWN = 100
POSITIONS_SHOWN = 500


@require_safe
@login_required
def proposals(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """What is put to consent, and what came of earlier proposals."""
    community = visible_community(request, community_slug)
    rows = Proposal.objects.visible_to(request.user).filter(community=community).select_related("proposer")
    decided = rows.filter(state__in=[ProposalState.AGREED, ProposalState.NOT_AGREED], decided_at__isnull=False)
    open_rows = list(rows.filter(state=ProposalState.OPEN).order_by("closes_at", "id")[:OPEN_SHOWN])
    own = Position.objects.filter(user=request.user, proposal__in=open_rows).values_list("proposal_id", "version")
    answered = set(own)
    context = {
        "community": community,
        "open": [(one, (one.pk, one.version) in answered) for one in open_rows],
        "decided": paginate(decided, order=("decided_at", "id"), at=request.GET.get("page", "")),
    }
    return page(request, "agreements/proposals.html", context)


@signed_in_or_send_again
def proposal_add(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """Put a text to consent; with `?remit=1` the community's remit, with `in` in a topic or an event."""
    community = visible_community(request, community_slug)
    require(request.user, "agreements.propose", community)
    place, is_remit = place_of(request, community), bool(request.GET.get("remit"))
    form = ProposalForm(posted(request), community=community, initial=_remit_as_it_is(community) if is_remit else None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = proposing.propose(
                community,
                by=request.user,
                title=data["title"],
                text=data["text"],
                closes_at=end_of(data["closes_on"]),
                is_remit=is_remit,
                place=place,
            )
        except Refused as refused:
            form.add_error(None, refused)
        else:
            return redirect(made)
    context = {"community": community, "form": form, "place": place, "is_remit": is_remit}
    return page(request, "agreements/proposal_add.html", context)


def _remit_as_it_is(community: Community) -> dict[str, str]:
    remit = proposing.remit_of(community)
    text = remit.text if remit else "\n\n".join(part for part in (community.purpose, community.pressing_issue) if part)
    return {"title": _("Our remit"), "text": text}


def visible_proposal(request: HttpRequest, community_slug: str, proposal_id: int) -> Proposal:
    """Give a proposal with its community and proposer; Http404 or PermissionDenied otherwise."""
    visible_community(request, community_slug)
    rows = Proposal.objects.visible_to(request.user).select_related("community", "proposer")
    found: Proposal = get_object_or_404(rows, community__slug=community_slug, pk=proposal_id)
    return found


@require_safe
@login_required
def proposal(request: SignedInRequest, community_slug: str, proposal_id: int) -> HttpResponse:
    """One proposal, with what people think of it."""
    return _shown(request, visible_proposal(request, community_slug, proposal_id))


def _shown(request: SignedInRequest, found: Proposal, form: PositionForm | None = None) -> HttpResponse:
    rows = found.positions.select_related("user").order_by("at", "id")
    positions = list(rows.filter(version=found.version)[:POSITIONS_SHOWN])
    own = next((one for one in positions if one.user_id == request.user.pk), None)
    initial: dict[str, Any] = {"version": found.version}
    if own:
        initial |= {"stance": own.stance, "reason": own.reason}
    context = {
        "community": found.community,
        "proposal": found,
        "is_own": request.user.pk == found.proposer_id,
        "groups": [(stance, [one for one in positions if one.stance == stance]) for stance in Stance],
        "is_answered_by_anybody": bool(positions),
        "own": own,
        "form": form or PositionForm(initial=initial),
        "steps": _steps(found),
        "prolong_form": ProlongForm(),
    }
    return page(request, "agreements/proposal.html", context)


def _steps(found: Proposal) -> list[dict[str, Any]]:
    """Give what each version says and changed, the newest first; nothing where there is but one."""
    if found.version == 1:
        return []
    versions = list(found.versions.select_related("by").order_by("-number")[:50])
    return [
        {"version": newer, "changes": compare(older.text, newer.text) if older else []}
        for newer, older in zip(versions, [*versions[1:], None], strict=True)
    ]


@require_POST
@login_required
def proposal_answer(request: SignedInRequest, community_slug: str, proposal_id: int) -> HttpResponse:
    """Say what one thinks."""
    found = visible_proposal(request, community_slug, proposal_id)
    require(request.user, "agreements.take_position", found)
    form = PositionForm(request.POST)
    if form.is_valid():
        try:
            proposing.take_position(found, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused)
            found.refresh_from_db()
        else:
            messages.success(request, _("Thank you. You can change your answer until the time is over."))
            return redirect(found)
    return _shown(request, found, form)


@signed_in_or_send_again
def proposal_edit(request: SignedInRequest, community_slug: str, proposal_id: int) -> HttpResponse:
    """Change the text."""
    found = visible_proposal(request, community_slug, proposal_id)
    require(request.user, "agreements.manage_proposal", found)
    form = RevisionForm(
        posted(request), community=found.community, initial={"text": found.text, "version": found.version}
    )
    if form.is_valid():
        try:
            proposing.revise(found, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused)
        else:
            return redirect(found)
    return page(request, "agreements/proposal_edit.html", _around(found, form))


@signed_in_or_send_again
def proposal_decide(request: SignedInRequest, community_slug: str, proposal_id: int) -> HttpResponse:
    """Write the outcome."""
    found = visible_proposal(request, community_slug, proposal_id)
    require(request.user, "agreements.manage_proposal", found)
    form = OutcomeForm(posted(request))
    if form.is_valid():
        try:
            proposing.decide(found, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused)
        else:
            return redirect(found)
    return page(request, "agreements/proposal_decide.html", _around(found, form))


def _around(found: Proposal, form: Any) -> dict[str, Any]:
    return {"community": found.community, "proposal": found, "form": form}


def _do(request: SignedInRequest, found: Proposal, process: Callable[[], bool], said: str) -> HttpResponse:
    try:
        if process():
            messages.success(request, said)
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect(found)


@require_POST
@login_required
def proposal_prolong(request: SignedInRequest, community_slug: str, proposal_id: int) -> HttpResponse:
    """Leave more time."""
    found = visible_proposal(request, community_slug, proposal_id)
    require(request.user, "agreements.manage_proposal", found)
    form = ProlongForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a day."))
        return redirect(found)
    closes_at = end_of(form.cleaned_data["closes_on"])
    return _do(request, found, lambda: proposing.prolong(found, closes_at=closes_at, by=request.user), _("Saved."))


@require_POST
@login_required
def proposal_withdraw(request: SignedInRequest, community_slug: str, proposal_id: int) -> HttpResponse:
    """Take it back."""
    found = visible_proposal(request, community_slug, proposal_id)
    require(request.user, "agreements.manage_proposal", found)
    return _do(request, found, lambda: proposing.withdraw(found, by=request.user), _("Taken back."))


@require_safe
def remit(request: HttpRequest, community_slug: str) -> HttpResponse:
    """What the community is to do, and how that came about."""
    community = get_object_or_404(Community.objects.visible_to(request.user), slug=community_slug)
    rows = Remit.objects.filter(community=community).select_related("proposal").order_by("-number")[:100]
    found = list(rows)
    context = {"community": community, "remit": found[0] if found else None, "earlier": found[1:]}
    return page(request, "agreements/remit.html", context)
