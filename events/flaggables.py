"""Events as things that can be flagged and hidden. Who hosts one calls it off."""

from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from cop.moderation.action_models import What
from cop.moderation.things import Named, Thing, ThingKind
from events import keeping_order
from events.keeping_order import thing_of
from events.models import Event
from members.audiences import Reader


def see(event_id: int, reader: Reader) -> Thing | None:
    """Give an event to whoever reads it."""
    rows = Event.objects.visible_to(reader).told().select_related("community", "created_by")
    found = rows.filter(pk=event_id).first()
    return thing_of(found) if found else None


def show(ids: Collection[int]) -> dict[int, Thing]:
    """Give many events: one query."""
    rows = Event.objects.told().filter(pk__in=ids).select_related("community", "created_by")
    return {event.pk: thing_of(event) for event in rows}


def named_to(ids: Collection[int], reader: Reader) -> dict[int, Named]:
    """Name events to whoever reads them: one query."""
    rows = Event.objects.visible_to(reader).standing().filter(pk__in=ids).select_related("community")
    return {event.pk: Named(event.title, event.get_absolute_url()) for event in rows}


EVENTS = ThingKind(
    words=_("an event"),
    flagged=_("Flagged events"),
    see=see,
    show=show,
    named_to=named_to,
    acts={What.HIDDEN: keeping_order.hide, What.SHOWN: keeping_order.show_again},
)
