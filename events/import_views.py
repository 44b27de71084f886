"""Taking events over from a calendar elsewhere."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cop.base.fetching import FetchFailed, checked_scheme
from cop.base.pages import page, posted
from events import importing, reading
from events.calendar_models import CalendarSource
from events.event_views import visible_community
from events.forms import ImportForm
from events.ringing import ring
from members.permissions import require
from members.signing_in import SignedInRequest, signed_in_or_send_again


@signed_in_or_send_again
def calendar_import(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """The calendars that a community takes events from, and the form that adds one."""
    community = visible_community(request, community_slug)
    require(request.user, "events.manage_calendar", community)
    form = ImportForm(posted(request), request.FILES or None, initial={"audience": community.audience})
    if form.is_valid():
        source = _source(request, form, CalendarSource(community=community))
        if source is not None:
            importing.add_source(source)
            transaction.on_commit(lambda: ring("collect_calendars"))
            messages.success(request, _("The calendar is being read. Its events are here in a moment."))
            return redirect("events:calendar-import", community.slug)
    sources = CalendarSource.objects.filter(community=community).defer("content", "digests").order_by("-updated_at")
    context = {"community": community, "form": form, "sources": sources[:50]}
    return page(request, "events/calendar_import.html", context)


def _source(request: SignedInRequest, form: ImportForm, source: CalendarSource) -> CalendarSource | None:
    """Give the calendar that was named; None, with a sentence in the form, where it cannot be one."""
    data = form.cleaned_data
    source.audience, source.timezone, source.added_by = data["audience"], request.user.timezone, request.user
    if data["url"]:
        # Calendar programs hand out webcal:// addresses, which mean https://.
        source.url = source.name = data["url"].replace("webcal://", "https://", 1)
        source.name = source.name[:200]
        try:
            checked_scheme(source.url)
        except FetchFailed as failed:
            form.add_error("url", str(failed))
            return None
        return source
    upload = data["file"]
    if upload.size > reading.SIZE_MOST:
        form.add_error("file", _("This file is larger than 10 MB. Export a shorter stretch of time, then try again."))
        return None
    source.name, source.content = upload.name[:200], upload.read()
    return source


@require_POST
@login_required
def calendar_read(request: SignedInRequest, community_slug: str, source_id: int) -> HttpResponse:
    """Read a calendar again now."""
    community = visible_community(request, community_slug)
    require(request.user, "events.manage_calendar", community)
    source = get_object_or_404(CalendarSource, community=community, pk=source_id)
    if source.url:
        importing.read_soon(source)
        messages.success(request, _("The calendar is being read."))
    return redirect("events:calendar-import", community.slug)


@require_POST
@login_required
def calendar_remove(request: SignedInRequest, community_slug: str, source_id: int) -> HttpResponse:
    """Stop reading a calendar; the events that came from it stay."""
    community = visible_community(request, community_slug)
    require(request.user, "events.manage_calendar", community)
    get_object_or_404(CalendarSource, community=community, pk=source_id).delete()
    messages.success(request, _("It is no longer read. The events that came from it stay."))
    return redirect("events:calendar-import", community.slug)
