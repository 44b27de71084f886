"""Events as places in which something is promised or proposed."""

from cop.agreements.places import Place
from events.following import KIND
from events.models import Event


def find_event(event_id: int) -> Place | None:
    """Give an event as a place, or None where it is gone or a draft."""
    event = Event.objects.standing().filter(pk=event_id).select_related("community").first()
    if event is None:
        return None
    return Place(
        kind=KIND,
        id=event.pk,
        title=event.title,
        url=event.get_absolute_url(),
        community_id=event.community_id,
        audience=event.audience,
        thing_kind=KIND,
        thing_id=event.pk,
        is_closed=event.is_cancelled,
    )
