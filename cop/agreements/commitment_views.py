"""Pages of commitments: a community's list, one of them, and what is done to it by a button."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cop.agreements import committing, keeping_order, places
from cop.agreements.calendars import calendar_of
from cop.agreements.commitment_models import Commitment, CommitmentState
from cop.agreements.forms import CommitmentForm, MoveForm, WordForm
from cop.base.errors import Refused
from cop.base.keyset import paginate
from cop.base.pages import page, posted
from members.models import Community
from members.permissions import require
from members.signing_in import SignedInRequest, signed_in_or_send_again
from members.standing import standing_of

OPEN_SHOWN = 300
SETTLED_SHOWN = 10


def visible_community(request: HttpRequest, community_slug: str) -> Community:
    """Give a community whose agreements the reader may see; Http404 or PermissionDenied otherwise."""
    community = get_object_or_404(Community.objects.visible_to(request.user), slug=community_slug)
    require(request.user, "agreements.see_agreements", community)
    return community


@require_safe
@login_required
def commitments(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """What is promised, by date or by person, and what was kept or dropped lately."""
    community = visible_community(request, community_slug)
    is_by_person = request.GET.get("by") == "person"
    rows = Commitment.objects.visible_to(request.user).filter(community=community).select_related("person", "asked_by")
    order = ("person__display_name", "person_id", "due_on", "id") if is_by_person else ("due_on", "id")
    settled = rows.filter(state__in=[CommitmentState.DONE, CommitmentState.DROPPED], settled_at__isnull=False)
    context = {
        "community": community,
        "is_by_person": is_by_person,
        "open": list(rows.filter(state=CommitmentState.OPEN).order_by(*order)[:OPEN_SHOWN]),
        "asked": list(_asked(rows, request)),
        "today": timezone.localdate(),
        "settled": paginate(settled, order=("settled_at", "id"), at=request.GET.get("page", ""), size=SETTLED_SHOWN),
    }
    return page(request, "agreements/commitments.html", context)


def _asked(rows: Any, request: SignedInRequest) -> Any:
    """What waits for an answer is shown to the two whom it concerns."""
    asked = rows.filter(state=CommitmentState.ASKED)
    return (asked.filter(person=request.user) | asked.filter(asked_by=request.user)).order_by("due_on", "id")[:100]


@signed_in_or_send_again
def commitment_add(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """Promise something, or ask somebody to; `in` names the topic or event it is about."""
    community = visible_community(request, community_slug)
    require(request.user, "agreements.commit", community)
    place = place_of(request, community)
    form = CommitmentForm(posted(request), community=community, by=request.user)
    if form.is_valid():
        try:
            return redirect(_made(request, community, form, place))
        except Refused as refused:
            form.add_error(None, refused)
    context = {"community": community, "form": form, "place": place}
    return page(request, "agreements/commitment_add.html", context)


def _made(
    request: SignedInRequest, community: Community, form: CommitmentForm, place: places.Place | None
) -> Commitment:
    data = form.cleaned_data
    given = {"text": data["text"], "due_on": data["due_on"], "place": place}
    if person := data["person"]:
        made = committing.ask(community, by=request.user, person=person, **given)
        messages.success(request, _("%(name)s gets a mail and can say yes or no.") % {"name": person.display_name})
        return made
    return committing.commit(community, by=request.user, **given)


def place_of(request: SignedInRequest, community: Community) -> places.Place | None:
    """Give the place that `?in=` names; Http404 for one that the reader may not know of."""
    mark = request.GET.get("in", "")
    if not mark:
        return None
    place = places.find(mark, community)
    if place is None or not _may_read(request, place):
        raise Http404
    return place


def _may_read(request: SignedInRequest, place: places.Place) -> bool:
    return standing_of(request.user).may_read(place.audience, place.community_id)


def _find(request: HttpRequest, community_slug: str, commitment_id: int) -> Commitment:
    """Give a commitment that the reader may see; what was only asked or declined concerns two people."""
    visible_community(request, community_slug)
    rows = Commitment.objects.visible_to(request.user).told_to(request.user)
    found: Commitment = get_object_or_404(
        rows.select_related("community", "person", "asked_by"), community__slug=community_slug, pk=commitment_id
    )
    return found


@require_safe
@login_required
def commitment(request: SignedInRequest, community_slug: str, commitment_id: int) -> HttpResponse:
    """One commitment."""
    found = _find(request, community_slug, commitment_id)
    context = {
        "community": found.community,
        "commitment": found,
        "is_own": request.user.pk == (found.asked_by_id or found.person_id),
        "today": timezone.localdate(),
        "word_form": SimpleLazyObject(WordForm),
        "move_form": SimpleLazyObject(lambda: MoveForm(initial={"due_on": found.due_on})),
    }
    return page(request, "agreements/commitment.html", context)


def _do(request: SignedInRequest, found: Commitment, process: Callable[[], bool], said: str) -> HttpResponse:
    try:
        if process():
            messages.success(request, said)
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect(found)


@require_POST
@login_required
def commitment_accept(request: SignedInRequest, community_slug: str, commitment_id: int) -> HttpResponse:
    """Say yes."""
    found = _find(request, community_slug, commitment_id)
    require(request.user, "agreements.answer_commitment", found)
    return _do(request, found, lambda: committing.accept(found, by=request.user), _("Thank you: it is yours now."))


@require_POST
@login_required
def commitment_decline(request: SignedInRequest, community_slug: str, commitment_id: int) -> HttpResponse:
    """Say no."""
    found = _find(request, community_slug, commitment_id)
    require(request.user, "agreements.answer_commitment", found)
    word = _word(request)
    return _do(request, found, lambda: committing.decline(found, by=request.user, word=word), _("You said no."))


@require_POST
@login_required
def commitment_keep(request: SignedInRequest, community_slug: str, commitment_id: int) -> HttpResponse:
    """Done."""
    found = _find(request, community_slug, commitment_id)
    require(request.user, "agreements.settle_commitment", found)
    word = _word(request)
    return _do(request, found, lambda: committing.keep(found, by=request.user, word=word), _("Kept. Well done."))


@require_POST
@login_required
def commitment_drop(request: SignedInRequest, community_slug: str, commitment_id: int) -> HttpResponse:
    """Will not be done."""
    found = _find(request, community_slug, commitment_id)
    require(request.user, "agreements.settle_commitment", found)
    word = _word(request)
    return _do(request, found, lambda: keeping_order.drop(found, by=request.user, word=word), _("Dropped."))


@require_POST
@login_required
def commitment_move(request: SignedInRequest, community_slug: str, commitment_id: int) -> HttpResponse:
    """Another day."""
    found = _find(request, community_slug, commitment_id)
    require(request.user, "agreements.settle_commitment", found)
    form = MoveForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a day."))
        return redirect(found)
    due_on = form.cleaned_data["due_on"]
    return _do(request, found, lambda: committing.move(found, by=request.user, due_on=due_on), _("Saved."))


def _word(request: SignedInRequest) -> str:
    form = WordForm(request.POST)
    return form.cleaned_data["word"] if form.is_valid() else request.POST.get("word", "").replace("\0", "")[:500]


@require_safe
@login_required
def commitments_calendar(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """What is promised, as a calendar file; with `?mine=1` what the reader promised."""
    community = visible_community(request, community_slug)
    rows = Commitment.objects.visible_to(request.user).open().filter(community=community)
    if request.GET.get("mine"):
        rows = rows.filter(person=request.user)
    rows = rows.select_related("person", "community").order_by("due_on", "id")[:1000]
    answer = HttpResponse(calendar_of(rows, name=community.name), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{community.slug}-commitments.ics"'
    return answer
