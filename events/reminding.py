"""Reminders a day and an hour before, and the questions after: what the hosts keep, what those who came take along."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils import timezone

from cop.base.links import absolute_url
from cop.mail import outbox
from events import mailing
from events.models import Occurrence
from events.rsvp_models import Answer, Rsvp
from events.telling import fill
from members.models import User

# How long before the start each goes out, and how late it still makes sense after the clock stood still.
DAY, HOUR = timedelta(hours=24), timedelta(hours=1)
LATE_BY = {DAY: timedelta(hours=12), HOUR: timedelta(minutes=50)}
ASKED_AFTER = timedelta(hours=2)
ASKED_UNTIL = timedelta(days=7)
AT_ONCE = 100


def remind_due(at: datetime | None = None) -> int:
    """Remind those who come to what begins in a day or in an hour; give how many occurrences. Safe to run twice."""
    at = at or timezone.now()
    return _remind(at, DAY, "reminded_day_for", "reminds_day") + _remind(at, HOUR, "reminded_hour_for", "reminds_hour")


def _remind(at: datetime, ahead: timedelta, mark: str, wish: str) -> int:
    due = Occurrence.objects.taking_place().select_related("event__community")
    due = due.filter(starts_at__gt=at + ahead - LATE_BY[ahead], starts_at__lte=at + ahead)
    # A new start is a new reminder.
    due = due.filter(Q(**{mark: None}) | ~Q(**{mark: F("starts_at")}))
    rows = list(due.order_by("starts_at")[:AT_ONCE])
    for row in rows:
        # Who answered after the moment had come knows already.
        answers = row.rsvps.coming().filter(**{wish: True}, answered_at__lt=row.starts_at - ahead)
        _mail_groups(row, answers.with_people(), is_hour=ahead == HOUR)
        Occurrence.objects.filter(pk=row.pk).update(**{mark: row.starts_at})
    return len(rows)


def _mail_groups(row: Occurrence, answers: Iterable[Rsvp], *, is_hour: bool) -> None:
    """Render one mail for each zone and language, with the link to join as far as the host wants it shown by now."""
    groups: dict[tuple[str, str], list[int]] = {}
    for rsvp in answers:
        groups.setdefault((rsvp.zone, rsvp.reads), []).append(rsvp.pk)
    for (zone, language), ids in groups.items():
        minutes = row.event.join_minutes
        is_shown = minutes is None or minutes >= (60 if is_hour else 24 * 60)
        letter = mailing.prepare(
            "event_reminder",
            row,
            zone=zone,
            language=language,
            dedupe_key=f"event-reminder:{row.pk}:{row.starts_at:%Y%m%d%H%M}:{is_hour:d}:{language}:{zone}",
            method="REQUEST",
            answer=Answer.COMING,
            more={"is_hour": is_hour, "join_url": row.join_url if is_shown or is_hour else ""},
        )
        fill(letter, ids)


def ask_after(at: datetime | None = None) -> int:
    """Ask hosts and guests of what is over, once; give how many occurrences. Safe to run twice."""
    at = at or timezone.now()
    due = Occurrence.objects.taking_place().select_related("event__community").filter(asked_after_at=None)
    due = due.filter(ends_at__lte=at - ASKED_AFTER, ends_at__gt=at - ASKED_UNTIL)
    rows = list(due.order_by("ends_at")[:AT_ONCE])
    for row in rows:
        _ask(row)
        Occurrence.objects.filter(pk=row.pk, asked_after_at=None).update(asked_after_at=at)
    return len(rows)


def _ask(row: Occurrence) -> None:
    came = row.rsvps.confirmed().exclude(checked_in_at=None)
    # Where nobody was ticked off, everybody who meant to come is taken to have come.
    guests = came if came.exists() else row.rsvps.coming()
    count = guests.count()
    if not count:
        return
    groups: dict[tuple[str, str], list[int]] = {}
    for rsvp in guests.with_people():
        groups.setdefault((rsvp.zone, rsvp.reads), []).append(rsvp.pk)
    for (zone, language), ids in groups.items():
        key = f"event-after:{row.pk}:{language}:{zone}"
        fill(mailing.prepare("event_after", row, zone=zone, language=language, dedupe_key=key), ids)
    for host in row.event.hosts.filter(is_active=True):
        _ask_host(row, host, count)


def _ask_host(row: Occurrence, host: User, came: int) -> None:
    notes_url = absolute_url("events:occurrence-notes", row.event.community.slug, row.event_id, row.pk)
    outbox.send(
        "event_after_host",
        to=host.email,
        dedupe_key=f"event-after-host:{row.pk}:{host.pk}",
        context=mailing.context_of(row, zone=host.timezone, language=host.language, token="")  # nosec B106 # a host answers for nobody
        | {"notes_url": notes_url, "came": came},
        language=host.language,
    )
