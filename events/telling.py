"""Telling those who answered: of their own answer at once, of what the host changed after a short while, once."""

import hashlib
import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cop.mail import outbox
from events import mailing, wording
from events.answering import name_for_calendars, position_of
from events.models import Event, Occurrence
from events.ringing import ring
from events.rsvp_models import Answer, Notice, Owed, Rsvp

logger = logging.getLogger(__name__)

# So long a host may go on changing before everybody is told of all of it; what is called off is told sooner.
COLLECTED_FOR = timedelta(minutes=10)
CALLED_OFF_AFTER = timedelta(minutes=2)
AT_ONCE = 200
CHUNK = 500


@dataclass(frozen=True)
class Change:
    """What differs about one occurrence, in words."""

    occurrence: Occurrence
    when: str
    lines: list[tuple[str, str, str]]


def remember(rows: Iterable[Occurrence], event: Event, *, at: datetime | None = None, is_urgent: bool = False) -> None:
    """Keep what those who answered know of occurrences, before they change. Call it first in that transaction."""
    if event.is_draft:
        return
    at = at or timezone.now()
    due_at = at + (CALLED_OFF_AFTER if is_urgent else COLLECTED_FOR)
    ids = [row.pk for row in rows if row.ends_at > at]
    interested = Rsvp.objects.interested().filter(occurrence=OuterRef("pk"))
    answered = Occurrence.objects.filter(Exists(interested), pk__in=ids).select_related("event__community")
    found = [Notice(occurrence=row, before=facts_of(row), due_at=due_at) for row in answered]
    if not found:
        return
    Notice.objects.bulk_create(found, ignore_conflicts=True)
    if is_urgent:
        sooner = Notice.objects.filter(told_at=None, occurrence__in=[row.occurrence_id for row in found])
        sooner.filter(due_at__gt=due_at).update(due_at=due_at)
    transaction.on_commit(partial(ring, "tell_changes"))


def facts_of(occurrence: Occurrence) -> dict[str, Any]:
    """Give what somebody who comes has to know."""
    return {
        "title": occurrence.title,
        "starts_at": occurrence.starts_at.isoformat(),
        "ends_at": occurrence.ends_at.isoformat(),
        "place": ", ".join(part for part in (occurrence.place, occurrence.address) if part),
        "join_url": occurrence.join_url,
        "is_cancelled": occurrence.is_cancelled,
    }


def tell_changes(at: datetime | None = None) -> int:
    """Tell what changed, a mail for each person and event; give how many notices that settled. Safe to run twice."""
    at = at or timezone.now()
    due = Notice.objects.filter(told_at=None, due_at__lte=at, occurrence__event__hidden_at=None)
    due = due.order_by("due_at", "pk")
    by_event: dict[int, list[Notice]] = defaultdict(list)
    for notice in due.select_related("occurrence__event__community")[:AT_ONCE]:
        by_event[notice.occurrence.event_id].append(notice)
    count = 0
    for notices in by_event.values():
        try:
            _tell_event(notices)
        except Exception:  # One event that fails must not hold up the others.
            logger.exception("Changes of event %s were not told; the next sweep tries again", notices[0].occurrence_id)
            continue
        ids = [notice.pk for notice in notices]
        count += Notice.objects.filter(pk__in=ids, told_at=None).update(told_at=at)
    return count


def _tell_event(notices: list[Notice]) -> None:
    changed = {notice.occurrence_id: notice for notice in notices if notice.before != facts_of(notice.occurrence)}
    persons: dict[tuple[int, int], list[Rsvp]] = defaultdict(list)
    rows = Rsvp.objects.interested().filter(occurrence__in=changed).select_related("user", "subscriber")
    for rsvp in rows.order_by("occurrence__starts_at", "pk"):
        persons[changed[rsvp.occurrence_id].occurrence.is_cancelled, rsvp.user_id or -(rsvp.subscriber_id or 0)].append(
            rsvp
        )
    groups: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for (is_off, _person), answers in persons.items():
        ids = tuple(rsvp.occurrence_id for rsvp in answers)
        first = answers[0]
        groups[is_off, ids, first.reads, first.zone, first.answer].append(first.pk)
    for group, rsvp_ids in groups.items():
        _tell_group([changed[pk] for pk in group[1]], group, rsvp_ids)


def _tell_group(notices: list[Notice], group: tuple[Any, ...], rsvp_ids: list[int]) -> None:
    """Mail all who answered the same occurrences, in one language, zone and answer."""
    is_off, ids, language, zone, answer = group
    with translation.override(language), timezone.override(zone):
        changes = [_change(notice, zone) for notice in notices]
    rows = [notice.occurrence for notice in notices]
    letter = mailing.prepare(
        "event_cancelled" if is_off else "event_changed",
        rows[0],
        zone=zone,
        language=language,
        dedupe_key=f"event-news:{notices[0].pk}:{is_off:d}:{hash_of(ids)}:{language}:{zone}:{answer}"[:200],
        method="CANCEL" if is_off else "REQUEST",
        answer=answer,
        occurrences=rows,
        more={"changes": changes, "reason": rows[0].reason, "is_all": rows[0].event.is_cancelled},
    )
    fill(letter, rsvp_ids)


def hash_of(ids: Iterable[int]) -> str:
    """Give a short word that stands for some numbers."""
    return hashlib.sha256(",".join(map(str, ids)).encode()).hexdigest()[:16]


def fill(letter: Any, rsvp_ids: list[int]) -> None:
    """Give each of these answers' owners a copy of a prepared mail."""
    for start in range(0, len(rsvp_ids), CHUNK):
        rows = Rsvp.objects.filter(pk__in=rsvp_ids[start : start + CHUNK])
        outbox.fill(letter, recipients(rows))


def recipients(rows: Any) -> Any:
    """Give what the outbox wants of answers: address and key."""
    address = Lower(Coalesce("user__email", "subscriber__address"))
    return rows.annotate(address=address, key=F("token")).values("address", "key")


def _change(notice: Notice, zone: str) -> Change:
    row, before, after = notice.occurrence, notice.before, facts_of(notice.occurrence)
    lines = []
    if before["is_cancelled"] and not after["is_cancelled"]:
        lines.append((_("It had been called off"), "", _("it takes place after all")))
    if before["title"] != after["title"]:
        lines.append((_("Title"), before["title"], after["title"]))
    if (before["starts_at"], before["ends_at"]) != (after["starts_at"], after["ends_at"]):
        old = Occurrence(event=row.event, starts_at=_read(before["starts_at"]), ends_at=_read(before["ends_at"]))
        lines.append((_("Time"), wording.when(old), wording.when(row)))
    if before["place"] != after["place"]:
        lines.append((_("Place"), before["place"] or "–", after["place"] or "–"))
    if before["join_url"] != after["join_url"]:
        lines.append((_("Link to join"), "", _("There is a new link; it comes with the reminder.")))
    return Change(row, wording.when(row), lines)


def _read(text: str) -> datetime:
    return datetime.fromisoformat(text)


# --- One's own answer ---------------------------------------------------------------------------------------------

NAMES = {
    Owed.CONFIRM: ("event_confirm", ""),
    Owed.ANSWERED: ("event_answered", "REQUEST"),
    Owed.LEFT: ("event_left", "CANCEL"),
    Owed.OFFERED: ("event_offered", "REQUEST"),
    Owed.LAPSED: ("event_lapsed", "REQUEST"),
}


def tell_answers() -> int:
    """Send the mails that people's own answers call for; give how many. Safe to run twice."""
    owed = (
        Rsvp.objects.exclude(owed_at=None)
        .filter(occurrence__event__hidden_at=None)
        .order_by("owed_at")
        .select_related("user", "subscriber")
    )
    count = 0
    for rsvp in owed.select_related("user", "subscriber", "occurrence__event__community")[:AT_ONCE]:
        try:
            _tell_one(rsvp)
        except Exception:  # One that fails must not hold up the others.
            logger.exception("The answer %s was not mailed; the next sweep tries again", rsvp.pk)
            continue
        # What was answered anew meanwhile is owed anew.
        count += Rsvp.objects.filter(pk=rsvp.pk, owed_at=rsvp.owed_at).update(owed=Owed.NOTHING, owed_at=None)
    return count


def _tell_one(rsvp: Rsvp) -> None:
    name, method = NAMES[Owed(rsvp.owed)]
    more: dict[str, Any] = {"position": position_of(rsvp) if rsvp.answer == Answer.WAITING else 0}
    if rsvp.offered_until:
        with translation.override(rsvp.reads):
            more["until"] = wording.moment_for(rsvp.offered_until, rsvp.zone)
    name_for_calendars(rsvp.occurrence)
    mailing.send_to(rsvp, name, method=method, more=more)
