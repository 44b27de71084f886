"""The pages of what needs care: the queue, one case, taking it in hand, deciding."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cop.base.errors import Refused
from cop.base.keyset import paginate
from cop.base.pages import page
from cop.moderation import acting, caring, deciding, left_to_staff, looking, queueing
from cop.moderation.forms import DecideForm
from cop.moderation.guidelines import points_of
from cop.moderation.kinds import Act, kinds
from cop.moderation.models import Case
from members.models import Community
from members.permissions import require
from members.signing_in import SignedInRequest, signed_in_or_send_again, sure


def cared_for(request: HttpRequest, community_slug: str) -> Community:
    """Give a community that the reader takes care of; Http404 or PermissionDenied otherwise."""
    community = get_object_or_404(Community.objects.visible_to(request.user), slug=community_slug)
    require(request.user, "moderation.take_care", community)
    return community


@require_safe
@never_cache
@login_required
def care(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """What needs care in a community; of one `kind`, or all of it."""
    community = cared_for(request, community_slug)
    chosen = request.GET.get("kind", "")[:20]
    at = request.GET.get("page", "")
    cards, found = queueing.waiting_in(community, reader=request.user, kind=chosen, at=at)
    context = {
        "community": community,
        "cards": cards,
        "older": found.older,
        "newer": found.newer,
        "chosen": chosen,
        "at": at,
        "kinds": queueing.kinds_waiting_in(community, reader=request.user),
    }
    return page(request, "moderation/care.html", context)


@require_safe
@never_cache
@login_required
def left(request: SignedInRequest) -> HttpResponse:
    """What is left to site staff in all communities, what has waited longest first."""
    require(request.user, "moderation.decide_last")
    rows = left_to_staff.cases_for(request.user).select_related("community")
    found = paginate(rows, order=("since", "id"), at=request.GET.get("page", ""), ascending=True)
    shown = queueing.shown_of_all(found.rows)
    listed = [(one, kinds[one.kind].words, shown.get((one.kind, one.thing_id))) for one in found.rows]
    return page(request, "moderation/left_to_staff.html", {"page": found, "rows": listed})


def _find(community: Community, request: SignedInRequest, case_id: int) -> Case:
    rows = Case.objects.visible_to(request.user).select_related("about", "claimed_by", "settled_by")
    found = get_object_or_404(rows, community=community, pk=case_id)
    found.community = community
    return found


@require_safe
@never_cache
@login_required
def case(request: SignedInRequest, community_slug: str, case_id: int) -> HttpResponse:
    """One case, open or settled."""
    community = cared_for(request, community_slug)
    found = _find(community, request, case_id)
    [card] = queueing.cards_of(community, [found], reader=request.user)
    looking.note(found, card.shown, by=request.user)
    return page(request, "moderation/case.html", {"community": community, "card": card, "case": found})


@require_POST
@login_required
def case_claim(request: SignedInRequest, community_slug: str, case_id: int) -> HttpResponse:
    """Take a case in hand, or give it back (`undo`)."""
    community = cared_for(request, community_slug)
    found = _find(community, request, case_id)
    if found.concerns(request.user):
        messages.error(request, str(deciding.SOMEBODY_ELSE))
    elif request.POST.get("undo"):
        caring.let_go(found, by=request.user)
    elif not caring.claim(found, by=request.user):
        messages.error(request, _("Somebody else has this in hand already."))
    return redirect(_after(request, found))


@require_POST
@signed_in_or_send_again
def case_decide(request: SignedInRequest, community_slug: str, case_id: int) -> HttpResponse:
    """Decide about a case; what was typed is kept where it cannot be done."""
    community = cared_for(request, community_slug)
    found = _find(community, request, case_id)
    decide = sure(_decide) if request.POST.get("decision") in acting.ASKS_SURE else _decide
    return decide(request, community, found)


def _decide(request: SignedInRequest, community: Community, found: Case) -> HttpResponse:
    decisions = queueing.decisions_for(request.user, found, deciding.shown_of(found))
    form = DecideForm(request.POST, decisions=decisions, points=points_of(community), auto_id=f"case-{found.pk}-%s")
    if form.is_valid():
        data = form.cleaned_data
        act = Act(by=request.user, reason=data.get("reason", ""), words=data["words"], until=data.get("until"))
        try:
            decision = deciding.decide(found, request.POST.get("decision", ""), act)
        except Refused as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, str(decision.done))
            return redirect(_go_on(request, found))
    found = _find(community, request, found.pk)
    [card] = queueing.cards_of(community, [found], reader=request.user, form=form)
    looking.note(found, card.shown, by=request.user)
    if found.is_settled or card.is_held or not card.decisions:  # Then there is no form that could say it.
        messages.error(request, " ".join(str(error) for error in form.non_field_errors()))
    chosen, at = _list_of(request)
    context = {"community": community, "card": card, "case": found, "form": form, "chosen": chosen, "at": at}
    return page(request, "moderation/case.html", context)


def _after(request: SignedInRequest, found: Case) -> str:
    """Back to the list, or to the case's own page, from where the button was pressed."""
    return found.get_absolute_url() if request.POST.get("on") == "case" else _place(found, *_list_of(request), found)


def _go_on(request: SignedInRequest, found: Case) -> str:
    """To what waits next in the list that the decision was made in."""
    chosen, at = _list_of(request)
    return _place(found, *queueing.place_after(found, reader=request.user, kind=chosen, at=at))


def _list_of(request: HttpRequest) -> tuple[str, str]:
    """The kind and the mark of the list that a button was pressed in."""
    return request.POST.get("kind", "")[:20], request.POST.get("page", "")[:200]


def _place(found: Case, kind: str, at: str, to: Case | None) -> str:
    """The address of a place in a list; browsers begin at what the part behind # names."""
    asked = urlencode({name: value for name, value in (("kind", kind), ("page", at)) if value})
    url = reverse("moderation:care", args=[found.community.slug])
    return f"{url}{'?' if asked else ''}{asked}{f'#case-{to.pk}' if to else ''}"
