"""Saying that a calendar has changed: to feeds, to parts of pages that are kept, to the search and to the story."""

from django.db.models import F
from django.utils import timezone

from cop.base.models import touch
from cop.notifications import activities
from cop.search import indexing
from events.calendar_models import CommunityCalendar
from events.following import KIND
from events.icalendars import series_text
from events.models import Event
from members.models import Community

SUMMARY_LENGTH = 400


def calendar_of(community: Community) -> CommunityCalendar:
    """Give a community's calendar, made where it has none yet."""
    return CommunityCalendar.objects.get_or_create(community=community)[0]


def calendar_shown(community: Community) -> CommunityCalendar:
    """Give a community's calendar to be looked at; not saved where it has none yet."""
    return CommunityCalendar.objects.filter(community=community).first() or CommunityCalendar(community=community)


def let_schedule(community: Community, schedulers: str) -> None:
    """Say who may put events into a community's calendar."""
    calendar_of(community)
    CommunityCalendar.objects.filter(community=community).update(schedulers=schedulers)


def mark_changed(event: Event) -> None:
    """Let all that shows an event be made anew. Call it last in the transaction that changed it."""
    event.ical = series_text(event, event.occurrences.select_related("event__community"))
    Event.objects.filter(pk=event.pk).update(ical=event.ical, updated_at=timezone.now())
    calendar_of(event.community)
    CommunityCalendar.objects.filter(community=event.community_id).update(version=F("version") + 1)
    touch(Community.objects.filter(pk=event.community_id))
    if event.is_draft:
        return
    activities.revise(
        KIND,
        event.pk,
        title=event.title,
        summary=event.text[:SUMMARY_LENGTH],
        audience=event.audience,
        url=event.get_absolute_url(),
    )
    indexing.put(KIND, event.pk)
