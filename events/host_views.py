"""For hosts: who comes, ticking at the door, the waiting list by hand, notes; and the page that people open there."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cop.base.errors import Refused
from cop.base.links import absolute
from cop.base.pages import page, posted
from events import answering, hosting
from events.event_views import visible_occurrence
from events.forms import NotesForm
from events.models import Occurrence
from events.rsvp_models import Answer, Rsvp
from events.showing import counts_of
from members.permissions import require
from members.signing_in import SignedInRequest, signed_in_or_send_again

PEOPLE_MOST = 2000


def _hosted(request: SignedInRequest, community_slug: str, event_id: int, occurrence_id: int) -> Occurrence:
    row = visible_occurrence(request, community_slug, event_id, occurrence_id)
    require(request.user, "events.edit_event", row.event)
    return row


@require_safe
@login_required
def attendance(request: SignedInRequest, community_slug: str, event_id: int, occurrence_id: int) -> HttpResponse:
    """Everybody who answered, to be ticked off on a phone."""
    row = _hosted(request, community_slug, event_id, occurrence_id)
    words = request.GET.get("who", "").replace("\0", "").strip()[:100]
    people = list(row.rsvps.confirmed().with_people().order_by("pk")[:PEOPLE_MOST])
    people.sort(key=lambda rsvp: rsvp.shown_name.casefold())
    context = {
        "community": row.event.community,
        "event": row.event,
        "occurrence": row,
        "coming": [rsvp for rsvp in people if rsvp.answer == Answer.COMING],
        "maybe": [rsvp for rsvp in people if rsvp.answer == Answer.MAYBE],
        "waiting": sorted(
            (rsvp for rsvp in people if rsvp.answer in (Answer.WAITING, Answer.OFFERED)),
            key=lambda rsvp: (rsvp.waiting_since is not None, rsvp.waiting_since or rsvp.created_at, rsvp.pk),
        ),
        "not_coming": [rsvp for rsvp in people if rsvp.answer == Answer.NOT],
        "here": sum(1 + rsvp.guests for rsvp in people if rsvp.checked_in_at),
        "counts": counts_of(row),
        "check_in_url": absolute(
            reverse("events:check-in", args=[community_slug, event_id, occurrence_id, row.check_in_key])
        )
        if row.check_in_key
        else "",
        "words": words,
        "walk_ins": hosting.walk_ins(row, words),
    }
    return page(request, "events/attendance.html", context)


def _do(request: SignedInRequest, row: Occurrence, process: Callable[[], object], said: str = "") -> HttpResponse:
    try:
        if process() and said:
            messages.success(request, said)
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("events:attendance", row.event.community.slug, row.event_id, row.pk)


def _rsvp(row: Occurrence, rsvp_id: int) -> Rsvp:
    return get_object_or_404(row.rsvps.confirmed().select_related("occurrence"), pk=rsvp_id)


@require_POST
@login_required
def rsvp_tick(
    request: SignedInRequest, community_slug: str, event_id: int, occurrence_id: int, rsvp_id: int
) -> HttpResponse:
    """Tick somebody off, or take the tick back."""
    row = _hosted(request, community_slug, event_id, occurrence_id)
    rsvp = _rsvp(row, rsvp_id)
    is_here = request.POST.get("is_here", "1") == "1"
    return _do(request, row, lambda: hosting.tick(rsvp, is_here=is_here, by=request.user))


@require_POST
@login_required
def rsvp_seat(
    request: SignedInRequest, community_slug: str, event_id: int, occurrence_id: int, rsvp_id: int
) -> HttpResponse:
    """Let somebody come who waits."""
    row = _hosted(request, community_slug, event_id, occurrence_id)
    rsvp = _rsvp(row, rsvp_id)
    said = _("%(name)s has a place now, and is told.") % {"name": rsvp.shown_name}
    return _do(request, row, lambda: answering.seat(rsvp), said)


@require_POST
@login_required
def rsvp_unseat(
    request: SignedInRequest, community_slug: str, event_id: int, occurrence_id: int, rsvp_id: int
) -> HttpResponse:
    """Put somebody who comes on the waiting list."""
    row = _hosted(request, community_slug, event_id, occurrence_id)
    rsvp = _rsvp(row, rsvp_id)
    said = _("%(name)s is on the waiting list now, and is told.") % {"name": rsvp.shown_name}
    return _do(request, row, lambda: answering.unseat(rsvp), said)


@require_POST
@login_required
def walk_in_add(request: SignedInRequest, community_slug: str, event_id: int, occurrence_id: int) -> HttpResponse:
    """Take in a member who just came; or make the page that people open at the door."""
    row = _hosted(request, community_slug, event_id, occurrence_id)
    if "check_in" in request.POST:
        return _do(request, row, lambda: hosting.check_in_key(row))
    chosen = request.POST.get("user", "")
    user = hosting.member_of(row, int(chosen)) if chosen.isdecimal() and len(chosen) < 19 else None
    if user is None:
        messages.error(request, _("Choose who is there."))
        return _do(request, row, lambda: False)
    said = _("%(name)s is on the list.") % {"name": user.display_name}
    return _do(request, row, lambda: hosting.take_in(row, user=user, by=request.user), said)


@signed_in_or_send_again
def occurrence_notes(request: SignedInRequest, community_slug: str, event_id: int, occurrence_id: int) -> HttpResponse:
    """Write down what stays of an occurrence."""
    row = _hosted(request, community_slug, event_id, occurrence_id)
    form = NotesForm(posted(request), occurrence=row, initial={"notes": row.notes, "recording_url": row.recording_url})
    if form.is_valid():
        data = form.cleaned_data
        hosting.keep_notes(row, notes=data["notes"], recording_url=data["recording_url"])
        messages.success(request, _("Saved."))
        return redirect(row)
    context = {"community": row.event.community, "event": row.event, "occurrence": row, "form": form}
    return page(request, "events/occurrence_notes.html", context)


@signed_in_or_send_again
def check_in(
    request: SignedInRequest, community_slug: str, event_id: int, occurrence_id: int, key: str
) -> HttpResponse:
    """The page that people open at the door: one button says that they are there."""
    row = visible_occurrence(request, community_slug, event_id, occurrence_id)
    if not row.check_in_key or not constant_time_compare(key, row.check_in_key):
        raise Http404
    require(request.user, "events.answer", row)
    context = {"community": row.event.community, "event": row.event, "occurrence": row}
    if request.method == "POST":
        try:
            hosting.check_in(row, user=request.user)
            messages.success(request, _("Welcome! You are on the list."))
            return redirect(row)
        except Refused as refused:
            messages.error(request, " ".join(refused.messages))
    return page(request, "events/check_in.html", context)
