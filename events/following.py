"""Events as things that the story, the search and mails name."""

from collections.abc import Collection

from django.conf import settings

from cop.notifications.followables import Thing
from cop.notifications.models import Pace
from events.models import Event

KIND = "event"


def thing_of(event: Event) -> Thing:
    """Give an event as something that can be followed."""
    community = event.community
    return Thing(
        kind=KIND,
        id=event.pk,
        title=event.title,
        url=event.get_absolute_url(),
        community_id=community.pk,
        community_name=community.name,
        community_slug=community.slug,
        accent=community.accent,
        audience=event.audience,
        language=community.language,
        list_id=f"<events.{community.slug}.{settings.SITE_HOST}>",
        is_archived=community.is_archived,
        paces=(Pace.EACH, Pace.MUTED),
    )


def find_events(ids: Collection[int]) -> dict[int, Thing]:
    """Give the things of those events that were told."""
    rows = Event.objects.standing().filter(pk__in=ids).select_related("community")
    return {event.pk: thing_of(event) for event in rows}
