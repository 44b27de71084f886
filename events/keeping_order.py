"""Hiding an event and showing it again: recorded, told to all its hosts, and heard of nowhere else meanwhile."""

from dataclasses import replace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cop.agreements import moving
from cop.mail import outbox
from cop.moderation.action_models import What
from cop.moderation.recording import record
from cop.moderation.things import Thing, Why
from cop.notifications import activities
from events import inviting, publishing, talking
from events.following import KIND
from events.locking import locked_event
from events.marking import mark_changed
from events.models import Event, Occurrence
from events.ringing import ring
from members.models import User

NO_REASON = Why()


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
        is_hidden=event.is_hidden,
    )


def hide(event_id: int, by: User | None, why: Why = NO_REASON) -> bool:
    """Show an event to nobody but its hosts and facilitators, and stop the mails that would name it."""
    with transaction.atomic():
        event = locked_event(Event(pk=event_id))
        if event.is_hidden or event.is_draft:
            return False
        _set_hidden(event, True)
        activities.withdraw(KIND, event.pk)
        for mailing in inviting.mailings_of(event):
            outbox.withdraw(mailing, _("The event was hidden"))
        _record(What.HIDDEN, event, by, why)
    return True


def show_again(event_id: int, by: User | None, why: Why = NO_REASON) -> bool:
    """Show a hidden event to its audience again; what changed meanwhile is told now."""
    with transaction.atomic():
        event = locked_event(Event(pk=event_id))
        if not event.is_hidden:
            return False
        _set_hidden(event, False)
        activities.bring_back(KIND, event.pk)
        _record(What.SHOWN, event, by, why)
        for task in ("tell_changes", "tell_answers", "invite_members", "tell_voters"):
            transaction.on_commit(lambda task=task: ring(task))  # type: ignore[misc]
    return True


def call_off(event: Event, *, by: User, reason: str) -> bool:
    """Call off an event; of somebody else's, with a line in the log. Tells whether that was new."""
    with transaction.atomic():
        done = publishing.cancel_event(event, reason=reason)
        if done:
            _record_of_others(event, by, reason)
    return done


def call_off_once(occurrence: Occurrence, *, by: User, reason: str) -> bool:
    """Call off one occurrence, as `call_off` does the event."""
    with transaction.atomic():
        done = publishing.cancel_occurrence(occurrence, reason=reason)
        if done:
            _record_of_others(occurrence.event, by, reason)
    return done


def _record_of_others(event: Event, by: User, reason: str) -> None:
    if by.pk != event.created_by_id and not event.hosts.filter(pk=by.pk).exists():
        _record(What.CALLED_OFF, event, by, Why(words=reason))


def _set_hidden(event: Event, is_hidden: bool) -> None:
    event.hidden_at = timezone.now() if is_hidden else None
    event.version += 1
    event.save(update_fields=["hidden_at", "version", "updated_at"])
    talking.follow_state(event)
    mark_changed(event)
    moving.follow(KIND, event.pk)


def _record(what: What, event: Event, by: User | None, why: Why) -> None:
    """Write it down, so that each of those whose event it is hears of it and can object."""
    people = {event.created_by} | set(event.hosts.all())
    concerned = sorted((person for person in people if person and person.is_active), key=lambda person: person.pk)
    thing = thing_of(event)
    for person in concerned:
        record(what, replace(thing, author=person), by=by, why=why)
    if not concerned:
        record(what, replace(thing, author=None), by=by, why=why)
