"""Calendars for programs: a community's public one, one's own under a secret address, and single files."""

import hashlib
from collections.abc import Callable
from datetime import timedelta

from django.db.models import Max, Sum
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from events import personal
from events.calendar_models import CommunityCalendar
from events.event_views import visible_occurrence
from events.icalendars import calendar_text, occurrences_calendar
from events.models import Event, EventQuerySet, Occurrence
from events.rsvp_models import Answer, Rsvp
from members.audiences import Audience
from members.models import Community, Tool, User
from members.standing import standing_of

CONTENT_TYPE = "text/calendar; charset=utf-8"
EVENTS_MOST = 10_000
# What ended so long ago is left out of feeds, so that they stay small enough for a phone.
BEHIND = timedelta(days=366)


@require_safe
def community_calendar(request: HttpRequest, community_slug: str) -> HttpResponseBase:
    """What is public of a community's calendar. A program that has the newest is told so by two short queries."""
    found = get_object_or_404(Community.objects.filter(audience=Audience.PUBLIC), slug=community_slug)
    if Tool.EVENTS not in found.tools:
        raise Http404
    version = CommunityCalendar.objects.filter(community=found).values_list("version", flat=True).first()
    etag = _etag(found.pk, found.name, version)
    events = Event.objects.standing().filter(community=found, audience=Audience.PUBLIC)
    return _answer(request, etag, lambda: _text(events, found.name), found.slug)


@require_safe
def my_calendar(request: HttpRequest, key: str) -> HttpResponseBase:
    """All events of the communities of whoever holds the key; with `?only=answers` what they answered."""
    user = personal.reader_of(key)
    if not user.is_authenticated:
        raise Http404
    mine = list(standing_of(user).roles)
    version = CommunityCalendar.objects.filter(community__in=mine).aggregate(all=Sum("version"))["all"]
    answered_at = Rsvp.objects.filter(user=user).aggregate(at=Max("updated_at"))["at"]
    is_answers = request.GET.get("only") == "answers"
    etag = _etag(user.pk, sorted(standing_of(user).roles.items()), version, answered_at, is_answers)
    if is_answers:
        return _answer(request, etag, lambda: _answered(user), "my-events")
    events = Event.objects.visible_to(user).standing().filter(community__in=mine)
    return _answer(request, etag, lambda: _text(events, _("My communities")), "my-events")


def _text(events: EventQuerySet, name: str) -> str:
    """Put together what each event keeps ready."""
    recent = events.filter(occurrences__ends_at__gt=timezone.now() - BEHIND).distinct()
    rows = list(recent.order_by("pk").values_list("ical", "timezone")[:EVENTS_MOST])
    return calendar_text((text for text, _zone in rows), zones={zone for _text, zone in rows}, name=name)


def _answered(user: User) -> str:
    readable = Occurrence.objects.visible_to(user)
    mine = Rsvp.objects.confirmed().filter(user=user, occurrence__in=readable).exclude(answer=Answer.NOT)
    recent = mine.filter(occurrence__ends_at__gt=timezone.now() - BEHIND).order_by("occurrence__starts_at", "pk")
    rows = recent.select_related("occurrence__event__community")[:EVENTS_MOST]
    return occurrences_calendar([rsvp.occurrence for rsvp in rows], name=_("My events"))


@require_safe
def occurrence_file(request: HttpRequest, community_slug: str, event_id: int, occurrence_id: int) -> HttpResponseBase:
    """One occurrence as a file."""
    row: Occurrence = visible_occurrence(request, community_slug, event_id, occurrence_id)
    answer = HttpResponse(occurrences_calendar([row]), content_type=CONTENT_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="event-{row.pk}.ics"'
    return answer


def _etag(*parts: object) -> str:
    # A day is part of it: what has become old leaves the feed.
    words = repr((*parts, timezone.now().date().isocalendar()[:2]))
    return quote_etag(hashlib.sha256(words.encode()).hexdigest()[:32])


def _answer(request: HttpRequest, etag: str, text: Callable[[], str], name: str) -> HttpResponseBase:
    """Answer 304 where the program has the newest already, before anything is built (RFC 9110)."""
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return unchanged
    answer = HttpResponse(text(), content_type=CONTENT_TYPE)
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, max-age=300"
    answer["Content-Disposition"] = f'inline; filename="{name}.ics"'
    return answer
