"""Inviting the members of a community to an event, by mail, once."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from cop.mail import outbox
from cop.mail.models import Mailing
from cop.notifications import community_following
from cop.notifications.announcing import GATE, facilitators_of, links
from cop.notifications.models import Pace, Subscription
from cop.notifications.querysets import SubscriptionQuerySet
from events import mailing
from events.answering import name_for_calendars
from events.models import Event, Occurrence
from events.poll_models import DatePoll, DateVote
from events.rsvp_models import Rsvp
from members.audiences import Audience

AT_ONCE = 50


def invite_due(at: datetime | None = None) -> int:
    """Send the invitations of events that were published for it; give how many events. Safe to run twice."""
    at = at or timezone.now()
    events = list(
        Event.objects.filter(hidden_at=None).exclude(invites_since=None).select_related("community")[:AT_ONCE]
    )
    for event in events:
        invite_members(event, at=at)
        Event.objects.filter(pk=event.pk).update(invites_since=None)
    return len(events)


def mailings_of(event: Event) -> QuerySet[Mailing]:
    """Give all mailings by which members were invited to an event, or told that their date was taken."""
    keys = Q(dedupe_key__startswith=_key(event.pk))
    for poll_id in DatePoll.objects.filter(event=event).values_list("pk", flat=True):
        keys |= Q(dedupe_key__startswith=key_of_chosen(poll_id))
    return Mailing.objects.defer("source").filter(keys)


def _key(event_id: int) -> str:
    return f"event-invitation:{event_id}:"


def key_of_chosen(poll_id: int) -> str:
    """Give what the keys of the mailings begin with that tell voters of a poll which date was taken."""
    return f"event-date-chosen:{poll_id}:"


def invite_members(event: Event, *, at: datetime) -> int:
    """Invite the members who may read the event and take mail from the community; give how many mails that made.

    Who voted for its date hears that it was taken (`telling_voters`), and nothing twice. One mail is rendered for each
    zone and language that readers have, and copied to all of them by the database.
    """
    occurrence = first_to_come(event, at=at)
    if occurrence is None:
        return 0
    voted = DateVote.objects.filter(proposal__poll__event=event, user=OuterRef("subscriber__user"))
    readers = readers_of(occurrence).filter(~Exists(voted))
    kinds = readers.order_by().values_list("subscriber__timezone", "subscriber__language").distinct()
    return sum(_invite(occurrence, readers, zone, language) for zone, language in list(kinds))


def first_to_come(event: Event, *, at: datetime) -> Occurrence | None:
    """Give what members are told of: when an event next takes place. Call it outside of a transaction."""
    coming = event.occurrences.select_related("event__community").taking_place().filter(ends_at__gt=at)
    occurrence = coming.order_by("starts_at").first()
    if occurrence is not None:
        community_following.follow_as_members(event.community, at=at)
        name_for_calendars(occurrence)
    return occurrence


def readers_of(occurrence: Occurrence) -> SubscriptionQuerySet:
    """Give the members who may be mailed about an occurrence, and have not answered it yet."""
    event = occurrence.event
    thing = community_following.thing_of(event.community)
    answered = Rsvp.objects.filter(occurrence=occurrence, user=OuterRef("subscriber__user"))
    rows = Subscription.objects.to(thing.kind, thing.id).confirmed().reachable().allowed(thing)
    rows = rows.exclude(pace=Pace.MUTED).filter(~Exists(answered))
    belonging = event.community.memberships.active()
    if event.audience == Audience.FACILITATORS:
        belonging = belonging.facilitating().filter(stepped_back_at=None)
    return rows.filter(subscriber__user__in=belonging.values("user"))


def _invite(occurrence: Occurrence, readers: SubscriptionQuerySet, zone: str, language: str) -> int:
    key = f"{_key(occurrence.event_id)}{occurrence.pk}:{zone}:{language}"
    letter = prepare("event_invitation", occurrence, zone=zone, language=language, dedupe_key=key)
    chosen = readers.filter(subscriber__timezone=zone, subscriber__language=language)
    return outbox.fill(letter, chosen.recipients())


def prepare(
    name: str,
    occurrence: Occurrence,
    *,
    zone: str,
    language: str,
    dedupe_key: str,
    more: dict[str, Any] | None = None,
) -> Mailing:
    """Render a mail that asks members whether they come, for all readers of one zone and language."""
    event, feet = occurrence.event, links()
    return outbox.prepare(
        name,
        dedupe_key=dedupe_key,
        context=mailing.context_of(occurrence, zone=zone, language=language) | feet | (more or {}),
        language=language,
        from_name=event.community.name,
        list_id=f"<events.{community_following.thing_of(event.community).list_id[1:]}",
        leave_url=feet["leave_url"],
        invitation=mailing.invitation([occurrence], method="REQUEST"),
        tell=facilitators_of(event.community_id),
        gate=GATE,
    )
