"""Inviting the members of a community to an event, by mail, once."""

from datetime import datetime

from django.db.models import Exists, OuterRef
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
from events.rsvp_models import Rsvp
from members.audiences import Audience

AT_ONCE = 50


def invite_due(at: datetime | None = None) -> int:
    """Send the invitations of events that were published for it; give how many events. Safe to run twice."""
    at = at or timezone.now()
    events = list(Event.objects.exclude(invites_since=None).select_related("community")[:AT_ONCE])
    for event in events:
        invite_members(event, at=at)
        Event.objects.filter(pk=event.pk).update(invites_since=None)
    return len(events)


def invite_members(event: Event, *, at: datetime) -> int:
    """Invite the members who may read the event and take mail from the community; give how many mails that made.

    One mail is rendered for each zone and language that readers have, and copied to all of them by the database.
    """
    coming = event.occurrences.select_related("event__community").taking_place().filter(ends_at__gt=at)
    occurrence = coming.order_by("starts_at").first()
    if occurrence is None:
        return 0
    community_following.follow_as_members(event.community, at=at)
    name_for_calendars(occurrence)
    readers = _readers(occurrence)
    kinds = readers.order_by().values_list("subscriber__timezone", "subscriber__language").distinct()
    return sum(_invite(occurrence, readers, zone, language) for zone, language in list(kinds))


def _readers(occurrence: Occurrence) -> SubscriptionQuerySet:
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
    letter = _letter(occurrence, zone, language)
    chosen = readers.filter(subscriber__timezone=zone, subscriber__language=language)
    return outbox.fill(letter, chosen.recipients())


def _letter(occurrence: Occurrence, zone: str, language: str) -> Mailing:
    event, feet = occurrence.event, links()
    return outbox.prepare(
        "event_invitation",
        dedupe_key=f"event-invitation:{event.pk}:{occurrence.pk}:{zone}:{language}",
        context=mailing.context_of(occurrence, zone=zone, language=language) | feet,
        language=language,
        from_name=event.community.name,
        list_id=f"<events.{community_following.thing_of(event.community).list_id[1:]}",
        leave_url=feet["leave_url"],
        invitation=mailing.invitation([occurrence], method="REQUEST"),
        tell=facilitators_of(event.community_id),
        gate=GATE,
    )
