"""Answers from calendar programs: an iTIP REPLY (RFC 5546) that came to the secret address of an invitation."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.notifications.models import State, Subscription
from cop.notifications.tokens import is_token
from events import answering, moments
from events.models import Event, Occurrence
from events.reading import first_event
from events.rsvp_models import Answer, Rsvp
from members.models import User

ADDRESS = re.compile(r"events\+([A-Za-z0-9_-]{1,43})@", re.IGNORECASE)
ANSWERS = {"ACCEPTED": Answer.COMING, "TENTATIVE": Answer.MAYBE, "DECLINED": Answer.NOT}


@dataclass(frozen=True)
class Reply:
    """What a calendar program said."""

    uid: str
    recurrence_id: str
    attendee: str
    partstat: str
    line: str
    sequence: int
    at: datetime


def answer_by_reply(calendar: bytes | str, address: str, *, at: datetime | None = None) -> Rsvp:
    """Keep the answer in an iTIP REPLY that came to `address`; give the answer as it stands.

    The secret in the address says who answers: the attendee that the reply names must be that person, and the event the
    one that they were invited to. Raises Refused, with a sentence for the sender, for anything else.
    """
    at = at or timezone.now()
    found = ADDRESS.search(address)
    reply = read_reply(calendar)
    if not found or not is_token(found[1]):
        raise Refused(_("This answer did not come to the address of an invitation."))
    person, event = _invited(found[1], reply)
    if reply.attendee not in {person.address.casefold(), *_other_addresses(person)}:
        raise Refused(_("This answer is somebody else's: it names another address than the invitation did."))
    occurrence = _occurrence(event, reply, at)
    who = person.user or person.subscriber
    assert who is not None  # noqa: S101 - the table's own condition
    kept = answering.rsvp_of(occurrence, who)
    if kept and kept.replied_at and (reply.sequence, reply.at) <= (kept.replied_sequence, kept.replied_at):
        return kept  # The same mail again, or an older one that was held up on its way.
    wanted = ANSWERS[reply.partstat]
    rsvp = answering.answer(
        occurrence,
        person=who,
        answer=wanted,
        guests=kept.guests if kept and wanted == Answer.COMING else 0,
        line=reply.line or (kept.line if kept else ""),
        at=at,
        is_told=False,
    )
    if rsvp.answer != wanted:
        answering.owe(rsvp, at)
    Rsvp.objects.filter(pk=rsvp.pk).update(replied_sequence=reply.sequence, replied_at=reply.at)
    return rsvp


def read_reply(calendar: bytes | str) -> Reply:
    """Read an iTIP REPLY; raise Refused for anything that is none."""
    parsed, component = first_event(calendar)
    if str(parsed.get("METHOD", "")).upper() != "REPLY":
        raise Refused(_("This is not an answer from a calendar program."))
    attendees = component.get("ATTENDEE", [])
    attendees = attendees if isinstance(attendees, list) else [attendees]
    if len(attendees) != 1:
        raise Refused(_("An answer must name one person, no more and no fewer."))
    partstat = str(attendees[0].params.get("PARTSTAT", "")).upper()
    if partstat not in ANSWERS:
        raise Refused(_("This answer says neither yes nor no nor maybe."))
    slot = component.get("RECURRENCE-ID")
    stamp = component.get("DTSTAMP")
    return Reply(
        uid=str(component.get("UID", "")),
        recurrence_id=_slot(slot.dt) if slot else "",
        attendee=re.sub(r"^mailto:", "", str(attendees[0]), flags=re.IGNORECASE).strip().casefold(),
        partstat=partstat,
        line=str(component.get("COMMENT", ""))[:500],
        sequence=int(component.get("SEQUENCE", 0) or 0),
        at=_moment(stamp.dt) if stamp else datetime.fromtimestamp(0, UTC),
    )


def _moment(value: date | datetime) -> datetime:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    return datetime(value.year, value.month, value.day, tzinfo=UTC)


def _slot(value: date | datetime) -> str:
    """Give a recurrence id comparably: the moment in UTC, or the wall time where it has no zone."""
    if not isinstance(value, datetime):
        return value.strftime(moments.SLOT_DAY)
    return f"{value.astimezone(UTC):%Y%m%dT%H%M%SZ}" if value.tzinfo else value.strftime(moments.SLOT_TIME)


def _invited(token: str, reply: Reply) -> tuple[Rsvp, Event]:
    """Give who was invited under a secret, as an answer given or to be given, and to which event."""
    rsvp = (
        Rsvp.objects.filter(token=token)
        .select_related("user", "subscriber__user", "occurrence__event__community")
        .first()
    )
    if rsvp:
        known = {rsvp.occurrence.uid, rsvp.occurrence.event.uid}
        if reply.uid not in known:
            raise Refused(_("This answer is about another event than the invitation was."))
        if not Event.objects.visible_to(rsvp.reader or AnonymousUser()).filter(pk=rsvp.occurrence.event_id).exists():
            raise Refused(_("This invitation does not exist any more."))
        return rsvp, rsvp.occurrence.event
    rows = Subscription.objects.filter(token=token, thing_kind="community", state=State.CONFIRMED)
    subscription = rows.select_related("subscriber__user").first()
    if subscription is None or subscription.subscriber.user is None:
        raise Refused(_("This invitation does not exist any more."))
    user = subscription.subscriber.user
    events = Event.objects.visible_to(user).standing().filter(community=subscription.community_id)
    event = events.filter(uid=reply.uid).select_related("community").first()
    event = event or events.filter(occurrences__uid=reply.uid).select_related("community").first()
    if event is None:
        raise Refused(_("This answer is about another event than the invitation was."))
    return Rsvp(user=user), event


def _other_addresses(person: Rsvp) -> set[str]:
    if not isinstance(person.user, User):
        return set()
    return {address.casefold() for address in person.user.subscribers.values_list("address", flat=True)}


def _occurrence(event: Event, reply: Reply, at: datetime) -> Occurrence:
    rows = Occurrence.objects.select_related("event__community").filter(community=event.community_id)
    if reply.recurrence_id:
        for row in rows.filter(uid=reply.uid) or rows.filter(event=event):
            if reply.recurrence_id in _names(row):
                return row
        raise Refused(_("This answer is about a date that the event does not have."))
    coming = rows.filter(event=event, ends_at__gt=at).order_by("starts_at").first()
    found = coming or rows.filter(event=event).order_by("-starts_at").first()
    if found is None:
        raise Refused(_("This answer is about a date that the event does not have."))
    return found


def _names(row: Occurrence) -> set[str]:
    slot = row.recurrence_id or row.slot
    if "T" not in slot:
        return {slot}
    return {slot, f"{moments.to_utc(moments.read_slot(slot), row.event.timezone):%Y%m%dT%H%M%SZ}"}
