"""The page of an event, and the forms that schedule, change, publish and cancel one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cop.base.errors import Refused
from cop.base.pages import page, posted
from cop.files.storing import store_image
from events import keeping_order, moments, publishing, saving, talking
from events.calendar_models import Schedulers
from events.forms import CancelForm, EventForm, OccurrenceForm, fields_of, occurrence_fields
from events.marking import calendar_shown, let_schedule
from events.models import Event, Occurrence
from events.showing import next_occurrence, page_context
from members.models import Community, Tool, User
from members.permissions import require
from members.signing_in import SignedInRequest, signed_in_or_send_again


def visible_community(request: HttpRequest, community_slug: str) -> Community:
    """Give a community whose calendar is switched on; Http404 where the reader may not know of it."""
    found = get_object_or_404(Community.objects.visible_to(request.user), slug=community_slug)
    if Tool.EVENTS not in found.tools:
        raise Http404
    return found


def visible_event(request: HttpRequest, community_slug: str, event_id: int) -> Event:
    """Give an event with its community; Http404 where the reader may not know of it."""
    events = Event.objects.visible_to(request.user).select_related("community", "cover", "continues")
    found = get_object_or_404(events, community__slug=community_slug, pk=event_id)
    if Tool.EVENTS not in found.community.tools:
        raise Http404
    return found


def visible_occurrence(request: HttpRequest, community_slug: str, event_id: int, occurrence_id: int) -> Occurrence:
    """Give an occurrence with its event; Http404 where the reader may not know of it."""
    rows = Occurrence.objects.visible_to(request.user).select_related(
        "event__community", "event__cover", "topic__community"
    )
    found = get_object_or_404(rows, event=event_id, pk=occurrence_id, community__slug=community_slug)
    if Tool.EVENTS not in found.event.community.tools:
        raise Http404
    return found


@require_safe
def event(request: HttpRequest, community_slug: str, event_id: int) -> HttpResponse:
    """An event, at the time that it takes place next."""
    found = visible_event(request, community_slug, event_id)
    row = next_occurrence(found)
    if row is None:
        raise Http404
    return page(request, "events/event.html", page_context(request, row))


@require_safe
def occurrence(request: HttpRequest, community_slug: str, event_id: int, occurrence_id: int) -> HttpResponse:
    """One time that an event takes place."""
    row = visible_occurrence(request, community_slug, event_id, occurrence_id)
    return page(request, "events/event.html", page_context(request, row))


@signed_in_or_send_again
def event_add(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """Schedule an event; it is a draft until it is published."""
    community = visible_community(request, community_slug)
    require(request.user, "events.add_event", community)
    form = EventForm(
        posted(request), request.FILES or None, community=community, initial=_new_event(request, community)
    )
    if form.is_valid():
        try:
            made = saving.add_event(community, _plan(form, community, request.user), by=request.user)
            _warn(request, form)
            return redirect(made)
        except Refused as refused:
            form.add_error(None, refused)
    return page(request, "events/event_form.html", {"community": community, "form": form})


def _new_event(request: SignedInRequest, community: Community) -> dict[str, Any]:
    """Begin with an hour tomorrow in the reader's zone, and the day that was pressed in a calendar."""
    here = timezone.localtime()
    day = request.GET.get("day", "")
    tomorrow = (here + timedelta(days=1)).date()
    return {
        "first_day": day or tomorrow,
        "first_time": here.replace(hour=10, minute=0),
        "last_time": here.replace(hour=11, minute=0),
        "timezone": request.user.timezone,
        "audience": community.audience,
        "answerers": "members",
        "hosts": [request.user.pk],
        "kind": "meeting",
    }


def _plan(form: EventForm, community: Community, by: User) -> saving.Plan:
    data = form.cleaned_data
    cover = data.get("cover_image")
    file = store_image(cover, community=community, by=by, audience=data["audience"]) if cover else None
    hosts = [*data["hosts"], *data.get("more_hosts", [])]
    return saving.Plan(form.plan_fields, hosts=hosts, tags=data["tags"], cover=file)


def _warn(request: SignedInRequest, form: EventForm) -> None:
    if words := form.warn_of_the_clock(form.cleaned_data["timezone"]):
        messages.warning(request, words)


@signed_in_or_send_again
def event_edit(request: SignedInRequest, community_slug: str, event_id: int) -> HttpResponse:
    """Change all of an event."""
    found = visible_event(request, community_slug, event_id)
    require(request.user, "events.edit_event", found)
    form = _edit_form(request, found)
    if form.is_valid():
        try:
            plan = _plan(form, found.community, request.user)
            changed = saving.change_event(found, plan, version=form.cleaned_data["version"])
            _warn(request, form)
            _say_saved(request, changed)
            return redirect(changed)
        except Refused as refused:
            form.add_error(None, refused)
    context = {"community": found.community, "event": found, "form": form, "scope": "all"}
    return page(request, "events/event_form.html", context)


def _edit_form(request: SignedInRequest, found: Event, **more: Any) -> EventForm:
    initial = fields_of(found) | more
    return EventForm(
        posted(request), request.FILES or None, community=found.community, kept_rule=found.rule, initial=initial
    )


def _say_saved(request: SignedInRequest, event: Event) -> None:
    if event.is_draft:
        messages.success(request, _("Saved."))
    else:
        messages.success(request, _("Saved. Whoever answered is told in a few minutes, of all changes together."))


@signed_in_or_send_again
def occurrence_edit(request: SignedInRequest, community_slug: str, event_id: int, occurrence_id: int) -> HttpResponse:
    """Change one occurrence alone."""
    row = visible_occurrence(request, community_slug, event_id, occurrence_id)
    require(request.user, "events.edit_event", row.event)
    form = OccurrenceForm(posted(request), initial=occurrence_fields(row))
    if form.is_valid():
        data = form.cleaned_data
        starts = moments.wall(data["first_day"], data["first_time"])
        ends = moments.wall(data["last_day"], data["last_time"])
        if data["is_all_day"]:
            ends += timedelta(days=1)
        changed = saving.change_occurrence(
            row, starts=starts, ends=ends, title=data["title"], place=data["place"], join_url=data["join_url"]
        )
        if words := form.warn_of_the_clock(row.event.timezone):
            messages.warning(request, words)
        _say_saved(request, row.event)
        return redirect(changed)
    context = {"community": row.event.community, "event": row.event, "occurrence": row, "form": form, "scope": "one"}
    return page(request, "events/occurrence_form.html", context)


@signed_in_or_send_again
def following_edit(request: SignedInRequest, community_slug: str, event_id: int, occurrence_id: int) -> HttpResponse:
    """Change an occurrence and all that follow it."""
    row = visible_occurrence(request, community_slug, event_id, occurrence_id)
    require(request.user, "events.edit_event", row.event)
    days = row.starts.date() - row.event.first_day
    last_day = None if row.event.first_day == row.event.last_day else row.event.last_day + days
    form = _edit_form(request, row.event, first_day=row.starts.date(), last_day=last_day)
    if form.is_valid():
        try:
            plan = _plan(form, row.event.community, request.user)
            changed = saving.change_following(row, plan, by=request.user)
            _say_saved(request, changed)
            return redirect(changed)
        except Refused as refused:
            form.add_error(None, refused)
    context = {"community": row.event.community, "event": row.event, "form": form, "scope": "following"}
    return page(request, "events/event_form.html", context | {"occurrence": row})


@require_POST
@signed_in_or_send_again
def event_publish(request: SignedInRequest, community_slug: str, event_id: int) -> HttpResponse:
    """Let the audience see an event; with a tick, invite the members by mail."""
    found = visible_event(request, community_slug, event_id)
    require(request.user, "events.edit_event", found)
    try:
        if publishing.publish(found, by=request.user, is_mailed=bool(request.POST.get("is_mailed"))):
            messages.success(request, _("Published."))
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect(found)


@signed_in_or_send_again
def event_cancel(request: SignedInRequest, community_slug: str, event_id: int) -> HttpResponse:
    """Call off an event."""
    found = visible_event(request, community_slug, event_id)
    require(request.user, "events.edit_event", found)
    form = CancelForm(posted(request))
    if form.is_valid():
        try:
            if keeping_order.call_off(found, by=request.user, reason=form.cleaned_data["reason"]):
                messages.success(request, _("Cancelled. Everybody who answered is told in a moment."))
            return redirect(found)
        except Refused as refused:
            form.add_error(None, refused)
    context = {"community": found.community, "event": found, "form": form}
    return page(request, "events/event_cancel.html", context)


@signed_in_or_send_again
def occurrence_cancel(request: SignedInRequest, community_slug: str, event_id: int, occurrence_id: int) -> HttpResponse:
    """Call off one occurrence."""
    row = visible_occurrence(request, community_slug, event_id, occurrence_id)
    require(request.user, "events.edit_event", row.event)
    form = CancelForm(posted(request))
    if form.is_valid():
        try:
            if keeping_order.call_off_once(row, by=request.user, reason=form.cleaned_data["reason"]):
                messages.success(request, _("Cancelled. Everybody who answered is told in a moment."))
            return redirect(row)
        except Refused as refused:
            form.add_error(None, refused)
    context = {"community": row.event.community, "event": row.event, "occurrence": row, "form": form}
    return page(request, "events/event_cancel.html", context)


@require_POST
@signed_in_or_send_again
def event_reinstate(request: SignedInRequest, community_slug: str, event_id: int) -> HttpResponse:
    """Let an event that was called off take place after all."""
    found = visible_event(request, community_slug, event_id)
    require(request.user, "events.edit_event", found)
    return _reinstated(request, found, lambda: publishing.reinstate_event(found))


@require_POST
@signed_in_or_send_again
def occurrence_reinstate(
    request: SignedInRequest, community_slug: str, event_id: int, occurrence_id: int
) -> HttpResponse:
    """Let one time that was called off take place after all."""
    row = visible_occurrence(request, community_slug, event_id, occurrence_id)
    require(request.user, "events.edit_event", row.event)
    return _reinstated(request, row, lambda: publishing.reinstate_occurrence(row))


def _reinstated(request: SignedInRequest, found: Event | Occurrence, process: Callable[[], bool]) -> HttpResponse:
    try:
        if process():
            messages.success(request, _("It takes place after all. Everybody who answered is told in a moment."))
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect(found)


@require_POST
@signed_in_or_send_again
def event_delete(request: SignedInRequest, community_slug: str, event_id: int) -> HttpResponse:
    """Take away a draft."""
    found = visible_event(request, community_slug, event_id)
    require(request.user, "events.edit_event", found)
    if publishing.delete_draft(found):
        messages.success(request, _("The draft is gone."))
        return redirect("events:events", found.community.slug)
    messages.error(request, _("People know of this event. Cancel it instead, so that they are told."))
    return redirect(found)


@signed_in_or_send_again
def calendar_edit(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """Say who may schedule events."""
    community = visible_community(request, community_slug)
    require(request.user, "events.manage_calendar", community)
    if request.method == "POST":
        chosen = request.POST.get("schedulers", "")
        if chosen in Schedulers.values:
            let_schedule(community, chosen)
            messages.success(request, _("Saved."))
        return redirect("events:calendar-edit", community.slug)
    context = {"community": community, "calendar": calendar_shown(community), "choices": Schedulers.choices}
    return page(request, "events/calendar_edit.html", context)


@require_POST
@signed_in_or_send_again
def occurrence_talk(request: SignedInRequest, community_slug: str, event_id: int, occurrence_id: int) -> HttpResponse:
    """Begin the conversation about an occurrence, or go to the one there is."""
    row = visible_occurrence(request, community_slug, event_id, occurrence_id)
    require(request.user, "events.talk", row)
    return redirect(talking.begin(row))
