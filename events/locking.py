"""Holding an event or an occurrence for the length of a transaction: the event before its occurrences, always.

What belongs to a held row is read after the lock was got, by a query of its own: PostgreSQL gives the other side of a
join as it was before the wait.
"""

from datetime import datetime

from events.models import Event, Occurrence


def locked_event(event: Event) -> Event:
    """Give the event as it is now; whoever else wants to change it waits until the transaction ends."""
    rows = Event.objects.select_for_update(no_key=True, of=("self",)).select_related("community")
    return rows.get(pk=event.pk)


def locked(occurrence: Occurrence) -> Occurrence:
    """Give the occurrence as it is now; whoever else wants to change its answers waits until the transaction ends."""
    row = Occurrence.objects.select_for_update(no_key=True).get(pk=occurrence.pk)
    row.event = Event.objects.select_related("community").get(pk=row.event_id)
    row.community = row.event.community
    return row


def locked_with_event(occurrence: Occurrence) -> Occurrence:
    """Give the occurrence, held together with its event: for what changes both."""
    locked_event(occurrence.event)
    return locked(occurrence)


def lock_answers(event: Event, *, at: datetime) -> None:
    """Let nobody answer what is to come of a held event until the transaction ends."""
    coming = event.occurrences.select_for_update(no_key=True).filter(ends_at__gt=at)
    list(coming.order_by("pk").values_list("pk", flat=True))
