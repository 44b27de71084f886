"""Events as things that can be flagged. Who hosts one calls it off; facilitators write to them."""

from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from cop.moderation.things import Named, Thing, ThingKind
from events.models import Event
from members.audiences import Reader


def thing_of(event: Event) -> Thing:
    """Give an event as a thing."""
    return Thing(
        kind="event",
        id=event.pk,
        community=event.community,
        title=event.title,
        url=event.get_absolute_url(),
        text=event.text,
        html=event.body_html,
        author=event.created_by,
        at=event.published_at,
    )


def see(event_id: int, reader: Reader) -> Thing | None:
    """Give an event to whoever reads it."""
    rows = Event.objects.visible_to(reader).standing().select_related("community", "created_by")
    found = rows.filter(pk=event_id).first()
    return thing_of(found) if found else None


def show(ids: Collection[int]) -> dict[int, Thing]:
    """Give many events: one query."""
    rows = Event.objects.standing().filter(pk__in=ids).select_related("community", "created_by")
    return {event.pk: thing_of(event) for event in rows}


def named_to(ids: Collection[int], reader: Reader) -> dict[int, Named]:
    """Name events to whoever reads them: one query."""
    rows = Event.objects.visible_to(reader).standing().filter(pk__in=ids).select_related("community")
    return {event.pk: Named(event.title, event.get_absolute_url()) for event in rows}


EVENTS = ThingKind(words=_("an event"), flagged=_("Flagged events"), see=see, show=show, named_to=named_to)
