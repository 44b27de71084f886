"""Making occurrences of events: a bounded stretch of rows, kept true when a series changes, continued by the clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from events import moments, recurring
from events.models import Event, EventState, Occurrence

# A series has rows from so long ago to so far ahead, and never more than MOST of them at a time.
BEHIND = timedelta(days=400)
AHEAD = timedelta(days=550)
MOST = 1000
# Of a series that began long ago, so many instances are passed over at most; that is thirty years of days.
PASSED_MOST = 11_000
EVENTS_AT_ONCE = 500


@dataclass(frozen=True)
class Stretch:
    """The wall times of a series by slot, and up to which wall time they were followed (None: there are no more)."""

    slots: dict[str, datetime]
    until: datetime | None


def stretch_of(event: Event, at: datetime) -> Stretch:
    """Give the slots of an event from a while before `at` to a while after."""
    here = moments.to_wall(at, event.timezone)
    since, until = here - BEHIND, max(here, event.starts) + AHEAD
    left_out = set(event.left_out)
    slots: dict[str, datetime] = {}
    last: datetime | None = None
    for number, moment in enumerate(_all(event)):
        slot = moments.slot_of(moment, is_all_day=event.is_all_day)
        if event.is_recurring and (moment > until or len(slots) >= MOST or number >= PASSED_MOST):
            last = moment
            break
        if slot not in left_out and (moment >= since or not event.is_recurring):
            slots[slot] = moment
    for slot in set(event.added) - left_out:
        slots.setdefault(slot, moments.read_slot(slot))
    return Stretch(slots, last)


def _all(event: Event) -> Iterator[datetime]:
    """The first time stands whatever the rule says (RFC 5545, 3.8.5.3); the others are the rule's."""
    yield event.starts
    if event.rule:
        yield from (moment for moment in recurring.instances(event.rule, event.starts) if moment > event.starts)


def make_occurrences(event: Event, *, shift: timedelta = timedelta(), at: datetime | None = None) -> int:
    """Let the rows of an event be what its times say; give how many are new. Call it in the transaction that saves it.

    A row whose slot is gone is found again on the same day of the changed series, or `shift` later where the series has
    moved, so that answers, notes and a time of its own stay with it. What finds no place is cancelled where somebody
    answered, and taken away where nobody did.
    """
    at = at or timezone.now()
    stretch = stretch_of(event, at)
    rows = {row.slot: row for row in event.occurrences.all()}
    homeless = [row for slot, row in rows.items() if slot not in stretch.slots]
    free = {slot: moment for slot, moment in stretch.slots.items() if slot not in rows}
    _move_in(homeless, free, event, timedelta())
    if shift:
        _move_in(homeless, free, event, shift)
    for row in homeless:
        _let_go(row, event, at)
    for slot, row in rows.items():
        if row.is_moved:
            _keep_own(row, event)
        elif slot in stretch.slots:
            _keep_true(row, stretch.slots[slot], event)
    made = [_new(event, slot, moment) for slot, moment in free.items()]
    Occurrence.objects.bulk_create(made, ignore_conflicts=True)
    event.made_until = moments.to_utc(stretch.until, event.timezone) if stretch.until else None
    Event.objects.filter(pk=event.pk).update(made_until=event.made_until)
    return len(made)


def _move_in(homeless: list[Occurrence], free: dict[str, datetime], event: Event, shift: timedelta) -> None:
    """Give rows whose slot is gone the free slot of their day; where the event takes place once, the one there is."""
    by_day = {moment.date(): slot for slot, moment in reversed(list(free.items()))}
    is_single = not event.is_recurring and len(free) == 1
    for row in list(homeless):
        slot = next(iter(free), None) if is_single else by_day.pop((moments.read_slot(row.slot) + shift).date(), None)
        if slot is None:
            continue
        moment = free.pop(slot)
        row.slot = slot
        row.cancelled_at = None if row.cancel_reason == "" else row.cancelled_at
        Occurrence.objects.filter(pk=row.pk).update(slot=slot, cancelled_at=row.cancelled_at)
        if not row.is_moved:
            _keep_true(row, moment, event)
        homeless.remove(row)
        if is_single:
            return


def _let_go(row: Occurrence, event: Event, at: datetime) -> None:
    """Cancel or take away a row that the series has no place for; what is past or was moved on purpose stays."""
    if row.ends_at <= at or row.is_moved or row.cancelled_at:
        return
    if row.rsvps.exists():
        Occurrence.objects.filter(pk=row.pk).update(cancelled_at=at, sequence=row.sequence + 1)
    else:
        row.delete()


def _keep_true(row: Occurrence, moment: datetime, event: Event) -> None:
    """Let a row begin and end when its slot does: the series has moved, or its zone has changed its rules."""
    _put(row, *moments.span(moment, event.length, event.timezone))


def _keep_own(row: Occurrence, event: Event) -> None:
    """Let a row that was put somewhere by hand stay at that wall time, where its zone has changed its rules."""
    if row.own_starts:
        starts, ends = moments.read_slot(row.own_starts), moments.read_slot(row.own_ends)
        _put(row, *moments.span(starts, ends - starts, event.timezone))


def _put(row: Occurrence, starts_at: datetime, ends_at: datetime) -> None:
    if (row.starts_at, row.ends_at) != (starts_at, ends_at):
        row.starts_at, row.ends_at = starts_at, ends_at
        row.save(update_fields=["starts_at", "ends_at", "updated_at"])


def put_by_hand(row: Occurrence, zone: str) -> None:
    """Note on a row, which is not saved here, at which wall times of a zone its moments were put by hand."""
    starts, ends = moments.to_wall(row.starts_at, zone), moments.to_wall(row.ends_at, zone)
    is_said = moments.span(starts, ends - starts, zone) == (row.starts_at, row.ends_at)
    row.own_starts, row.own_ends = (moments.wall_text(starts), moments.wall_text(ends)) if is_said else ("", "")


def put_in_zone(event: Event) -> None:
    """Let rows that were put somewhere by hand stay at their moments in an event whose zone is another now."""
    rows = list(event.occurrences.filter(is_moved=True))
    for row in rows:
        put_by_hand(row, event.timezone)
    Occurrence.objects.bulk_update(rows, ["own_starts", "own_ends"], batch_size=500)


def _new(event: Event, slot: str, moment: datetime) -> Occurrence:
    starts_at, ends_at = moments.span(moment, event.length, event.timezone)
    return Occurrence(event=event, community_id=event.community_id, slot=slot, starts_at=starts_at, ends_at=ends_at)


def go_on(at: datetime | None = None) -> int:
    """Make the next occurrences of series whose rows come to an end within a year; give how many series that were.

    Where a zone has changed its rules meanwhile, occurrences to come are put right by the same look.
    """
    at = at or timezone.now()
    short = Event.objects.filter(made_until__lt=at + AHEAD - timedelta(days=30)).exclude(state=EventState.CANCELLED)
    ids = list(short.order_by("made_until").values_list("pk", flat=True)[:EVENTS_AT_ONCE])
    for event_id in ids:
        with transaction.atomic():
            event = Event.objects.select_for_update().get(pk=event_id)
            make_occurrences(event, at=at)
    return len(ids)
