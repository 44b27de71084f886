"""Publishing an event, calling it off, and letting it take place after all: told once, to whoever has to know."""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.notifications import activities
from events import telling
from events.answering import move_up_all, settle
from events.following import KIND
from events.locking import lock_answers, locked_event, locked_with_event
from events.marking import SUMMARY_LENGTH, mark_changed
from events.models import Event, EventState, Occurrence
from events.poll_models import DatePoll
from events.ringing import ring
from members.models import User


def publish(event: Event, *, by: User | None, at: datetime | None = None, is_mailed: bool = False) -> bool:
    """Let an event be seen by its audience; tell whether that was new. With `is_mailed` the members are invited."""
    at = at or timezone.now()
    if event.community.is_archived:
        raise Refused(_("This community is archived. A facilitator can open it again in its settings."))
    with transaction.atomic():
        drafts = Event.objects.filter(pk=event.pk, state=EventState.DRAFT)
        if not drafts.update(state=EventState.PUBLISHED, published_at=at):
            return False
        event.state, event.published_at = EventState.PUBLISHED, at
        if is_mailed:
            Event.objects.filter(pk=event.pk).update(invites_since=at)
            transaction.on_commit(partial(ring, "invite_members"))
        if DatePoll.objects.filter(event=event).update(tells_voters_since=at):
            transaction.on_commit(partial(ring, "tell_voters"))
        activities.record(
            "scheduled",
            kind=KIND,
            object_id=event.pk,
            title=event.title,
            url=event.get_absolute_url(),
            summary=event.text[:SUMMARY_LENGTH],
            community=event.community,
            audience=event.audience,
            thing_kind=KIND,
            thing_id=event.pk,
            by=by,
            at=at,
        )
        mark_changed(event)
    return True


def cancel_event(event: Event, *, reason: str, at: datetime | None = None) -> bool:
    """Call off an event with all its occurrences to come; tell whether that was new."""
    at = at or timezone.now()
    with transaction.atomic():
        event = locked_event(event)
        if event.is_cancelled:
            return False
        if event.is_draft:
            raise Refused(_("Nobody knows of this draft yet. Delete it instead."))
        lock_answers(event, at=at)
        telling.remember(event.occurrences.all(), event, at=at, is_urgent=True)
        event.state, event.cancelled_at, event.cancel_reason = EventState.CANCELLED, at, reason
        event.sequence += 1
        event.version += 1
        event.save()
        mark_changed(event)
    return True


def cancel_occurrence(occurrence: Occurrence, *, reason: str, at: datetime | None = None) -> bool:
    """Call off one occurrence; tell whether that was new. An event that takes place once is called off with it."""
    at = at or timezone.now()
    if not occurrence.event.is_recurring:
        return cancel_event(occurrence.event, reason=reason, at=at)
    with transaction.atomic():
        row = locked_with_event(occurrence)
        if row.is_cancelled:
            return False
        telling.remember([row], row.event, at=at, is_urgent=True)
        row.cancelled_at, row.cancel_reason = at, reason
        row.sequence += 1
        row.save()
        mark_changed(row.event)
    return True


def reinstate_event(event: Event, *, at: datetime | None = None) -> bool:
    """Let an event take place after all that was called off; tell whether that was new. Raises Refused.

    Who answered keeps the answer and is told once; nobody is where it was called off and back before anybody heard.
    """
    at = at or timezone.now()
    with transaction.atomic():
        event = locked_event(event)
        if not event.is_cancelled:
            return False
        if not event.occurrences.filter(ends_at__gt=at).exists():
            raise Refused(_("This event is over. Schedule a new one."))
        lock_answers(event, at=at)
        telling.remember(event.occurrences.all(), event, at=at, is_urgent=True)
        event.state, event.cancelled_at, event.cancel_reason = EventState.PUBLISHED, None, ""
        event.sequence += 1
        event.version += 1
        event.save()
        mark_changed(event)
        move_up_all(event, at=at)
    return True


def reinstate_occurrence(occurrence: Occurrence, *, at: datetime | None = None) -> bool:
    """Let one occurrence take place after all; tell whether that was new. Raises Refused."""
    at = at or timezone.now()
    if not occurrence.event.is_recurring:
        return reinstate_event(occurrence.event, at=at)
    with transaction.atomic():
        row = locked_with_event(occurrence)
        if row.event.is_cancelled:
            raise Refused(_("The whole series has been cancelled. Let all of it take place again first."))
        if row.cancelled_at is None:
            return False
        if row.ends_at <= at:
            raise Refused(_("This event is over. Schedule a new one."))
        telling.remember([row], row.event, at=at, is_urgent=True)
        row.cancelled_at, row.cancel_reason = None, ""
        row.sequence += 1
        row.save()
        mark_changed(row.event)
        settle(row, at=at)
    return True


def delete_draft(event: Event) -> bool:
    """Take away a draft that nobody was told of; tell whether it was one."""
    return bool(Event.objects.filter(pk=event.pk, state=EventState.DRAFT).delete()[0])
