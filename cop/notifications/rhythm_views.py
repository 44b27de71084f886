"""The rhythm of a community: what was and what comes, for its readers; setting it, for facilitators."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cop.base.errors import Refused
from cop.base.keyset import paginate
from cop.base.pages import page, posted
from cop.notifications import setting_rhythm
from cop.notifications.rhythm import coming, season_now
from cop.notifications.rhythm_forms import ElsewhereForm, HappenedForm, RestForm, RhythmForm, SeasonForm, SlotForm
from cop.notifications.rhythm_models import Beat, BeatSlot, Rest, Season
from members.models import Community
from members.permissions import require
from members.signing_in import SignedInRequest, signed_in_or_send_again

PULSE_WEEKS = 12


def _community(request: HttpRequest, slug: str) -> Community:
    return get_object_or_404(Community.objects.visible_to(request.user), slug=slug)


def _own(request: SignedInRequest, slug: str) -> Community:
    """Give the community whose rhythm the reader may set."""
    community = _community(request, slug)
    require(request.user, "notifications.set_rhythm", community)
    return community


@require_safe
def rhythm(request: HttpRequest, community_slug: str) -> HttpResponse:
    """Show the next beats, what became of the last ones, and the season."""
    community = _community(request, community_slug)
    beats = Beat.objects.filter(community=community).select_related("happened_by", "season")
    kept_since = timezone.now() - timedelta(weeks=PULSE_WEEKS)
    context = {
        "community": community,
        "coming": coming(community),
        "season": season_now(community),
        "page": paginate(beats, order=("due_at", "id"), at=request.GET.get("page", "")),
        "kept": Beat.objects.kept().filter(community=community, due_at__gte=kept_since).count(),
        "weeks": PULSE_WEEKS,
        "may_set": request.user.has_perm("notifications.set_rhythm", community),
    }
    return page(request, "notifications/rhythm.html", context)


@signed_in_or_send_again
def rhythm_edit(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """Set the rhythm: its beats, its clock, days of rest, seasons."""
    community = _own(request, community_slug)
    found = setting_rhythm.rhythm_shown(community, by=request.user)
    form = RhythmForm(posted(request), instance=found)
    if form.is_valid():
        saved = setting_rhythm.rhythm_of(community, by=request.user)
        chosen = form.cleaned_data
        setting_rhythm.change(saved, timezone_name=chosen["timezone"], is_on=chosen["is_on"])
        messages.success(request, _("Saved."))
        return redirect("notifications:rhythm-edit", community.slug)
    slots = list(found.slots.all()) if found.pk else []
    context = {
        "community": community,
        "form": form,
        "rhythm": found,
        "slots": slots,
        "patterns": [] if slots else [(name, one.label) for name, one in setting_rhythm.PATTERNS.items()],
        "rests": Rest.objects.filter(community=community, last_day__gte=timezone.localdate())[:50],
        "seasons": Season.objects.filter(community=community)[:50],
    }
    return page(request, "notifications/rhythm_edit.html", context)


@require_POST
@login_required
def rhythm_start(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """Start from one of the patterns."""
    community = _own(request, community_slug)
    if setting_rhythm.start_from(request.POST.get("pattern", ""), community=community, by=request.user):
        messages.success(request, _("The rhythm is set. Change any beat below."))
    return redirect("notifications:rhythm-edit", community.slug)


@signed_in_or_send_again
def beat_slot_add(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """Add a beat to the week."""
    community = _own(request, community_slug)
    return _slot_form(request, community, BeatSlot())


@signed_in_or_send_again
def beat_slot_edit(request: SignedInRequest, community_slug: str, slot_id: int) -> HttpResponse:
    """Change a beat of the week."""
    community = _own(request, community_slug)
    return _slot_form(request, community, get_object_or_404(BeatSlot, pk=slot_id, rhythm__community=community))


def _slot_form(request: SignedInRequest, community: Community, slot: BeatSlot) -> HttpResponse:
    form = SlotForm(posted(request), instance=slot)
    if form.is_valid():
        try:
            saved = form.save(commit=False)
            saved.rhythm = setting_rhythm.rhythm_of(community, by=request.user)
            setting_rhythm.save_slot(saved)
            messages.success(request, _("Saved."))
            return redirect("notifications:rhythm-edit", community.slug)
        except Refused as refused:
            form.add_error(None, refused)
    return _form_page(request, community, form, _("A beat of the week"), slot)


@require_POST
@login_required
def beat_slot_remove(request: SignedInRequest, community_slug: str, slot_id: int) -> HttpResponse:
    """End a beat."""
    community = _own(request, community_slug)
    slot = BeatSlot.objects.filter(pk=slot_id, rhythm__community=community).select_related("rhythm").first()
    if slot:
        setting_rhythm.remove_slot(slot)
        messages.success(request, _("The beat is removed."))
    return redirect("notifications:rhythm-edit", community.slug)


@signed_in_or_send_again
def rest_add(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """Leave out the beats of some days."""
    community = _own(request, community_slug)
    form = RestForm(posted(request))
    if form.is_valid():
        setting_rhythm.rest(community, form.save(commit=False))
        messages.success(request, _("No beat will go out on these days."))
        return redirect("notifications:rhythm-edit", community.slug)
    return _form_page(request, community, form, _("Days of rest"))


@require_POST
@login_required
def rest_remove(request: SignedInRequest, community_slug: str, rest_id: int) -> HttpResponse:
    """Let beats go out on these days after all."""
    community = _own(request, community_slug)
    setting_rhythm.end_rest(community, rest_id)
    return redirect("notifications:rhythm-edit", community.slug)


@signed_in_or_send_again
def season_add(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """Begin a named run of beats."""
    community = _own(request, community_slug)
    return _season_form(request, community, Season(community=community))


@signed_in_or_send_again
def season_edit(request: SignedInRequest, community_slug: str, season_id: int) -> HttpResponse:
    """Change a season."""
    community = _own(request, community_slug)
    return _season_form(request, community, get_object_or_404(Season, pk=season_id, community=community))


def _season_form(request: SignedInRequest, community: Community, season: Season) -> HttpResponse:
    slots = list(BeatSlot.objects.filter(rhythm__community=community))
    form = SeasonForm(posted(request), instance=season, slots=slots)
    if form.is_valid():
        setting_rhythm.save_season(form.instance, prompts=form.prompts)
        messages.success(request, _("Saved."))
        return redirect("notifications:rhythm-edit", community.slug)
    return _form_page(request, community, form, _("Season"))


def _form_page(request: SignedInRequest, community: Community, form: Any, title: str, slot: Any = None) -> HttpResponse:
    context = {"community": community, "form": form, "form_title": title, "slot": slot}
    return page(request, "notifications/rhythm_form.html", context)


@signed_in_or_send_again
def beat_happened(request: SignedInRequest, community_slug: str, beat_id: int) -> HttpResponse:
    """Say in one line what happened in a beat."""
    community = _own(request, community_slug)
    beat = get_object_or_404(Beat, pk=beat_id, community=community)
    form = HappenedForm(posted(request), initial={"words": beat.happened})
    if form.is_valid():
        setting_rhythm.tell_what_happened(beat, form.cleaned_data["words"], by=request.user)
        messages.success(request, _("Saved. Who missed it finds this line in the next mail."))
        return redirect("notifications:rhythm", community.slug)
    return _form_page(request, community, form, beat.name)


@signed_in_or_send_again
def beat_elsewhere(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """Note a meeting, call or visit that happened elsewhere."""
    community = _own(request, community_slug)
    found = setting_rhythm.rhythm_shown(community, by=request.user)
    form = ElsewhereForm(posted(request), zone=found.zone)
    if form.is_valid():
        try:
            chosen = form.cleaned_data
            setting_rhythm.note_elsewhere(community, words=chosen["words"], at=chosen["at"], by=request.user)
            messages.success(request, _("Noted: it counts as a beat kept."))
            return redirect("notifications:rhythm", community.slug)
        except Refused as refused:
            form.add_error(None, refused)
    return _form_page(request, community, form, _("It happened elsewhere"))
