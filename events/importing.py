"""Taking events over from a calendar elsewhere; read again, what is there already is brought up to date."""

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.base.fetching import FetchFailed, fetch
from cop.markup.rendering import LIMIT, render
from events import moments, reading, telling
from events.calendar_models import CalendarSource
from events.expanding import make_occurrences
from events.locking import locked_event
from events.marking import mark_changed
from events.models import LONGEST, Event, EventState, Occurrence
from events.ringing import ring

EVERY = timedelta(hours=3)
FAILURES_MOST = 8
PROBLEMS_SHOWN = 50
DUE_AT_ONCE = 50
ACCEPT = "text/calendar, */*;q=0.5"


@dataclass
class Taken:
    """What reading a calendar came to."""

    new: int = 0
    changed: int = 0
    same: int = 0
    gone: int = 0
    problems: list[str] = field(default_factory=list)


def collect_due(at: datetime | None = None) -> int:
    """Read the calendars whose moment has come; give how many."""
    at = at or timezone.now()
    due = CalendarSource.objects.filter(next_at__lte=at, community__archived_at=None)
    ids = list(due.order_by("next_at").values_list("pk", flat=True)[:DUE_AT_ONCE])
    return sum(collect(source_id, at=at) for source_id in ids)


def read_soon(source: CalendarSource) -> None:
    """Let a calendar be read again now, whatever went wrong before."""
    CalendarSource.objects.filter(pk=source.pk).update(next_at=timezone.now(), failures=0)
    ring("collect_calendars")


def collect(source_id: int, *, at: datetime) -> bool:
    """Read one calendar, unless another worker has just begun to; tell whether it was read."""
    mine = CalendarSource.objects.filter(pk=source_id, next_at__lte=at)
    if not mine.update(next_at=at + EVERY):
        return False
    source = CalendarSource.objects.select_related("community").get(pk=source_id)
    try:
        taken = _read_source(source, at)
        source.failures = 0
        if taken:
            source.report = asdict(taken) | {"problems": taken.problems[:PROBLEMS_SHOWN]}
    except (Refused, FetchFailed) as failed:
        source.failures += 1
        words = " ".join(failed.messages) if isinstance(failed, Refused) else str(failed)
        source.report = {**source.report, "failed": words}
    source.read_at, source.content = at, b""
    is_at_an_end = not source.url or source.failures >= FAILURES_MOST
    source.next_at = None if is_at_an_end else at + EVERY * 2**source.failures
    source.save()
    return True


def _read_source(source: CalendarSource, at: datetime) -> Taken | None:
    if not source.url:
        return take(source, bytes(source.content), at=at)
    answer = fetch(
        source.url, etag=source.etag, last_modified=source.last_modified, size_limit=reading.SIZE_MOST, accept=ACCEPT
    )
    if answer.is_unchanged:
        return None
    taken = take(source, answer.content, at=at)
    source.etag, source.last_modified = answer.etag, answer.last_modified
    return taken


def take(source: CalendarSource, data: bytes, *, at: datetime | None = None) -> Taken:
    """Take the events of a calendar into a community; give what that came to. Raises Refused for what is none.

    An event is recognised by its UID. Of an address that is read again, what is no longer there is called off.
    """
    at = at or timezone.now()
    found = reading.read(data, zone=source.timezone)
    known = dict(Event.objects.filter(community=source.community).values_list("uid", "pk"))
    taken = Taken(problems=list(found.problems))
    seen = set()
    for read_event in found.events:
        seen.add(read_event.uid)
        if read_event.uid in known and source.digests.get(read_event.uid) == read_event.digest:
            taken.same += 1
            continue
        try:
            is_new = _keep(source, read_event, known.get(read_event.uid), at)
        except Refused as refused:
            taken.problems.append(f"“{read_event.fields['title']}”: {' '.join(refused.messages)}")
            continue
        taken.new, taken.changed = taken.new + is_new, taken.changed + (not is_new)
    if source.url:
        taken.gone = _call_off(source, seen, at)
    source.digests = {event.uid: event.digest for event in found.events}
    return taken


def _keep(source: CalendarSource, read_event: reading.ReadEvent, event_id: int | None, at: datetime) -> bool:
    fields = read_event.fields
    body = fields["body"][:LIMIT]
    with transaction.atomic():
        if event_id:
            event = locked_event(Event(pk=event_id))
            if event.source_id != source.pk:
                raise Refused(_("there is an event with this name in the calendar already that came another way"))
            telling.remember(event.occurrences.all(), event, at=at)
            event.sequence += 1
        else:
            event = Event(community=source.community, source=source, uid=read_event.uid, created_by=source.added_by)
            event.published_at, event.audience = at, source.audience
        for name, value in fields.items():
            setattr(event, name, value)
        event.body = body
        rendered = render(body)
        event.body_html, event.text, event.markup_version = rendered.html, rendered.text, rendered.version
        event.state = EventState.CANCELLED if read_event.is_cancelled else EventState.PUBLISHED
        event.cancelled_at = at if read_event.is_cancelled else None
        event.cancel_reason = ""
        event.version += 1
        event.save()
        make_occurrences(event, at=at)
        for changed in read_event.changed:
            _change(event, changed, at, is_new=changed.sequence >= read_event.sequence)
        mark_changed(event)
    return event_id is None


def _change(event: Event, changed: reading.ReadOccurrence, at: datetime, *, is_new: bool) -> None:
    """Let one occurrence be as the calendar says; `is_new`, also where its slot is not in the series.

    An occurrence that was changed before the series was, and is in it no longer, is left out.
    """
    length = min(changed.ends - changed.starts, LONGEST)
    starts_at, ends_at = moments.span(changed.starts, length, event.timezone)
    given = {
        "starts_at": starts_at,
        "ends_at": ends_at,
        "is_moved": True,
        "own_starts": moments.wall_text(changed.starts),
        "own_ends": moments.wall_text(changed.starts + length),
        "own_title": changed.title,
        "own_place": changed.place,
        "cancelled_at": at if changed.is_cancelled else None,
    }
    row = Occurrence.objects.filter(event=event, slot=changed.slot).first()
    if row is None:
        if is_new:
            Occurrence.objects.create(event=event, slot=changed.slot, community_id=event.community_id, **given)
    elif any(getattr(row, name) != value for name, value in given.items() if name != "cancelled_at"):
        for name, value in given.items():
            setattr(row, name, value)
        row.sequence += 1
        row.save()


def _call_off(source: CalendarSource, seen: set[str], at: datetime) -> int:
    """Call off what an address no longer has; what is over stays as it was."""
    rows = Event.objects.filter(source=source, state=EventState.PUBLISHED).exclude(uid__in=seen)
    count = 0
    for event in rows.filter(occurrences__ends_at__gt=at).distinct().select_related("community"):
        with transaction.atomic():
            telling.remember(event.occurrences.all(), event, at=at, is_urgent=True)
            event.state, event.cancelled_at, event.sequence = EventState.CANCELLED, at, event.sequence + 1
            event.cancel_reason = _("It is no longer in the calendar that it came from.")
            event.save()
            mark_changed(event)
        count += 1
    return count


def add_source(source: CalendarSource) -> CalendarSource:
    """Keep a calendar to read, or let the one of this address be read again at once."""
    at = timezone.now()
    kept, is_new = CalendarSource.objects.get_or_create(
        community=source.community, url=source.url, name=source.name, defaults=_given(source) | {"next_at": at}
    )
    if not is_new:
        CalendarSource.objects.filter(pk=kept.pk).update(**_given(source), next_at=at, failures=0, etag="")
    return kept


def _given(source: CalendarSource) -> dict[str, object]:
    names = ("content", "audience", "timezone", "added_by")
    return {name: getattr(source, name) for name in names}
