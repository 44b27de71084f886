"""Answering whether one comes, and the waiting list that moves by itself."""

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cop.base.errors import Refused
from cop.guarding import listing
from cop.notifications.models import Subscriber
from events.locking import lock_answers, locked
from events.models import Event, Occurrence
from events.personal import reminders_of
from events.ringing import ring
from events.rsvp_models import Answer, Owed, Rsvp
from members.models import User
from members.standing import standing_of

Person = User | Subscriber


def answer(
    occurrence: Occurrence,
    *,
    person: Person,
    answer: str,
    guests: int = 0,
    line: str = "",
    name: str = "",
    is_told: bool = True,
    at: datetime | None = None,
) -> Rsvp:
    """Keep what a person answers; give the answer as it stands: who finds no place waits, where there is a list.

    Sends the mail with the calendar entry unless `is_told` is false. Raises Refused for what is over, called off or
    full, and where somebody who does not belong there writes a line with listed words. The same answer twice changes
    nothing.
    """
    at = at or timezone.now()
    community = occurrence.event.community
    if not (isinstance(person, User) and standing_of(person).belongs_to(community)):
        listing.refuse_listed({"line": line}, community=community)
    with transaction.atomic():
        row = locked(occurrence)
        refuse_unless_open(row, at)
        rsvp = rsvp_of(row, person) or _new(row, person)
        before = (rsvp.answer, rsvp.guests, rsvp.line, rsvp.confirmed_at is not None) if rsvp.pk else None
        guests = _checked_guests(row, guests) if answer == Answer.COMING else 0
        rsvp.line, rsvp.name = line.strip()[:500], name or rsvp.name
        rsvp.answer, rsvp.guests = _place(row, rsvp, answer, guests)
        rsvp.confirmed_at = rsvp.confirmed_at or at
        rsvp.offered_until = None
        if before == (rsvp.answer, rsvp.guests, rsvp.line, True):
            return rsvp
        rsvp.answered_at = at
        rsvp.waiting_since = (rsvp.waiting_since or at) if rsvp.answer == Answer.WAITING else None
        if is_told:
            _owe(rsvp, _mail_after(before, rsvp), at)
        rsvp.save()
        settle(row, at=at)
    return rsvp


def rsvp_of(occurrence: Occurrence, person: Person) -> Rsvp | None:
    """Give a person's answer for an occurrence, or None."""
    mine = {"user": person} if isinstance(person, User) else {"subscriber": person}
    return Rsvp.objects.filter(occurrence=occurrence, **mine).select_related("user", "subscriber").first()


def refuse_unless_open(row: Occurrence, at: datetime) -> None:
    """Raise Refused, with a sentence, where an occurrence can no longer be answered."""
    if row.event.is_draft:
        raise Refused(_("This event is still a draft. It can be answered as soon as it is published."))
    if row.event.is_hidden:
        raise Refused(_("This event cannot be answered at the moment. A facilitator is looking at it."))
    if row.is_cancelled:
        raise Refused(_("This event has been cancelled; there is nothing to answer any more."))
    if row.ends_at <= at:
        raise Refused(_("This event is over; it can no longer be answered."))
    if row.community.is_archived:
        raise Refused(_("This community is archived: everything can be read, nothing new is written."))


def settle(row: Occurrence, *, at: datetime) -> int:
    """Count the places anew and offer what is free to those who wait, in their order; give how many offers that made.

    Call it in a transaction that holds the row.
    """
    held = row.rsvps.confirmed().filter(answer__in=[Answer.COMING, Answer.OFFERED])
    taken = held.aggregate(seats=Sum(F("guests") + 1))["seats"] or 0
    offers = 0
    capacity = row.event.capacity
    if row.ends_at > at and not row.is_cancelled and not row.event.is_hidden:
        for rsvp in row.rsvps.waiting()[:200]:
            if capacity is not None and taken + rsvp.seats > capacity:
                break
            _offer(row, rsvp, at)
            taken += rsvp.seats
            offers += 1
    if taken != row.taken:
        Occurrence.objects.filter(pk=row.pk).update(taken=taken)
        row.taken = taken
    transaction.on_commit(partial(ring, "tell_answers"))
    return offers


def move_up_all(event: Event, *, at: datetime | None = None) -> int:
    """Let the waiting lists of an event move after its number of places has changed; give how many offers that made.

    Call it in a transaction that holds the event. It waits for whoever is answering at this moment: they have read the
    old number of places, and nobody would look at them again.
    """
    at = at or timezone.now()
    lock_answers(event, at=at)
    waiting = Rsvp.objects.filter(answer=Answer.WAITING, occurrence__event=event, occurrence__ends_at__gt=at)
    ids = waiting.values_list("occurrence", flat=True).distinct()
    return sum(settle(locked(row), at=at) for row in Occurrence.objects.filter(pk__in=list(ids)))


def lapse_offers(at: datetime | None = None) -> int:
    """Let offers whose time is over go on to the next; give how many lapsed."""
    at = at or timezone.now()
    due = Rsvp.objects.filter(offered_until__lte=at).select_related("occurrence")[:200]
    return sum(_lapse(rsvp, at) for rsvp in due)


def _lapse(rsvp: Rsvp, at: datetime) -> bool:
    with transaction.atomic():
        row = locked(rsvp.occurrence)
        late = Rsvp.objects.filter(pk=rsvp.pk, answer=Answer.OFFERED, offered_until__lte=at)
        lapsed = late.update(
            answer=Answer.MAYBE, guests=0, offered_until=None, owed=Owed.LAPSED, owed_at=at, updated_at=at
        )
        settle(row, at=at)
    return bool(lapsed)


def seat(rsvp: Rsvp, *, at: datetime | None = None) -> bool:
    """Let somebody come who waits, by the host's hand, whether or not there is a place; tell whether that was new."""
    at = at or timezone.now()
    with transaction.atomic():
        row = locked(rsvp.occurrence)
        waiting = row.rsvps.confirmed().filter(pk=rsvp.pk, answer__in=[Answer.WAITING, Answer.OFFERED, Answer.MAYBE])
        seated = waiting.update(
            answer=Answer.COMING, waiting_since=None, offered_until=None, owed=Owed.ANSWERED, owed_at=at
        )
        settle(row, at=at)
    return bool(seated)


def unseat(rsvp: Rsvp, *, at: datetime | None = None) -> bool:
    """Put somebody who comes to the end of the waiting list, by the host's hand; tell whether that was new."""
    at = at or timezone.now()
    with transaction.atomic():
        row = locked(rsvp.occurrence)
        coming = row.rsvps.confirmed().filter(pk=rsvp.pk, answer=Answer.COMING)
        moved = coming.update(answer=Answer.WAITING, waiting_since=at, owed=Owed.ANSWERED, owed_at=at)
        taken = row.taken
        if moved:  # The place stays free for whom the host has in mind: others are offered one at the next change.
            Occurrence.objects.filter(pk=row.pk).update(taken=max(0, taken - rsvp.seats))
            transaction.on_commit(partial(ring, "tell_answers"))
    return bool(moved)


def owe(rsvp: Rsvp, at: datetime) -> None:
    """Let somebody be told what became of their answer."""
    Rsvp.objects.filter(pk=rsvp.pk).update(owed=Owed.ANSWERED, owed_at=at)
    transaction.on_commit(partial(ring, "tell_answers"))


def take_along(rsvp: Rsvp, words: str) -> None:
    """Keep what somebody who came takes along."""
    Rsvp.objects.filter(pk=rsvp.pk).update(took=words)


def position_of(rsvp: Rsvp) -> int:
    """Give somebody's place on the waiting list, from 1."""
    ahead = Rsvp.objects.filter(occurrence=rsvp.occurrence_id, answer=Answer.WAITING)
    return ahead.filter(waiting_since__lt=rsvp.waiting_since).count() + 1 if rsvp.waiting_since else 0


def _checked_guests(row: Occurrence, guests: int) -> int:
    most = row.event.guests_most
    if guests > most:
        words = ngettext("You can bring one guest at most.", "You can bring %(most)d guests at most.", most)
        raise Refused(words % {"most": most} if most else _("Guests are not possible here; come by yourself."))
    return max(0, guests)


def _place(row: Occurrence, rsvp: Rsvp, answer: str, guests: int) -> tuple[str, int]:
    """Say what becomes of a yes: a place, the waiting list, or a refusal."""
    if answer != Answer.COMING or row.event.capacity is None:
        return answer, guests
    is_in = rsvp.pk is not None and rsvp.confirmed_at and rsvp.answer in (Answer.COMING, Answer.OFFERED)
    others = row.taken - (_seats_kept(rsvp) if is_in else 0)
    fits = others + 1 + guests <= row.event.capacity
    is_queue = row.rsvps.waiting().exclude(pk=rsvp.pk).exists()
    if fits and (is_in or not is_queue):
        return Answer.COMING, guests
    if is_in:
        raise Refused(_("There are not enough places left for so many guests. Your answer stands as it was."))
    if row.event.has_waiting_list:
        return Answer.WAITING, guests
    raise Refused(_("All places are taken. If somebody cancels, the place is free again: look in later."))


def _seats_kept(rsvp: Rsvp) -> int:
    return 1 + (Rsvp.objects.filter(pk=rsvp.pk).values_list("guests", flat=True).first() or 0)


def _new(row: Occurrence, person: Person) -> Rsvp:
    """Begin an answer, with the person's own choice of reminders, under the name that calendars will know it by."""
    name_for_calendars(row)
    if isinstance(person, User):
        day, hour = reminders_of(person)
        return Rsvp(occurrence=row, user=person, reminds_day=day, reminds_hour=hour)
    return Rsvp(occurrence=row, subscriber=person)


def name_for_calendars(row: Occurrence) -> None:
    """Fix the name under which calendar programs know an occurrence, once and for all."""
    if not row.uid:
        row.uid, row.recurrence_id = row.event.uid, row.slot if row.event.is_recurring else ""
        Occurrence.objects.filter(pk=row.pk, uid="").update(uid=row.uid, recurrence_id=row.recurrence_id)


def _offer(row: Occurrence, rsvp: Rsvp, at: datetime) -> None:
    rsvp.answer, rsvp.waiting_since = Answer.OFFERED, None
    rsvp.offered_until = min(at + timedelta(hours=row.event.offer_hours), max(row.starts_at, at + timedelta(hours=1)))
    _owe(rsvp, Owed.OFFERED, at)
    rsvp.save()


def _owe(rsvp: Rsvp, what: str, at: datetime) -> None:
    rsvp.owed, rsvp.owed_at = what, at if what else None


def _mail_after(before: tuple[str, int, str, bool] | None, rsvp: Rsvp) -> str:
    """Say which mail an answer calls for: a no needs one only where the calendar has an entry to be taken out."""
    if rsvp.answer == Answer.NOT:
        return Owed.LEFT if before and before[3] and before[0] != Answer.NOT else Owed.NOTHING
    if before and before[3] and before[:2] == (rsvp.answer, rsvp.guests):
        return Owed.NOTHING  # Another line to the host.
    return Owed.ANSWERED
