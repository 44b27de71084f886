"""Claiming: a worker takes a batch of due copies under a lease, so that no other worker has them in hand.

Claiming moves `due_at` on by the lease and commits before the first mail goes out. A worker that lives extends its
leases; one that dies leaves copies that are due again when the lease is over. Only the holder of a lease marks a copy.
"""

import logging
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.utils import timezone

from cop.mail.models import Delivery, DeliveryState, Mailing, MailingState

logger = logging.getLogger(__name__)

BATCH = 100
LEASE = timedelta(seconds=settings.MAIL_LEASE)
# The longest that a copy which was never tried waits (its domain asked for fewer mails), and one that was tried.
LATEST_NEW = timedelta(minutes=15)
LATEST = timedelta(hours=6)
DATABASE_RETRIES = (0.1, 0.5, 2.0, 5.0, 10.0)


@dataclass(frozen=True)
class Copy:
    """One claimed delivery."""

    id: int
    key: str
    address: str
    attempts: int

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2].lower()


@dataclass(frozen=True)
class Batch:
    """Copies of one mailing that this worker alone has in hand."""

    mailing: Mailing
    lease: str
    copies: Sequence[Copy]


def due(at: datetime) -> Q:
    """The condition for copies that can be claimed."""
    return Q(state=DeliveryState.WAITING, due_at__lte=at)


def count_due(at: datetime, *, most: int) -> int:
    """Give how many copies could be claimed now; counts no further than `most`."""
    return Delivery.objects.filter(due(at), mailing__state=MailingState.SENDING).order_by()[:most].count()


def claim(size: int = BATCH, *, urgent_only: bool = False) -> Batch | None:
    """Take the next batch: urgent mailings first, then the one served least recently; None when nothing is due."""
    at = timezone.now()
    copies = Delivery.objects.filter(due(at), mailing=OuterRef("pk"))
    mailings = Mailing.objects.filter(Exists(copies), state=MailingState.SENDING)
    if urgent_only:
        mailings = mailings.filter(is_urgent=True)
    next_ones = mailings.order_by("-is_urgent", F("served_at").asc(nulls_first=True), "pk").values_list("pk", flat=True)
    for mailing_id in next_ones[:3]:
        lease = secrets.token_hex(16)
        taken = _take(mailing_id, lease, at, size)
        if taken:
            Mailing.objects.filter(pk=mailing_id).update(served_at=at)
            batch = Batch(Mailing.objects.get(pk=mailing_id), lease, taken)
            if batch.mailing.state == MailingState.SENDING:
                return batch
            # Paused or withdrawn since we looked; a secret one has lost its body.
            release(batch, taken, due_at=at)
    return None


def _take(mailing_id: int, lease: str, at: datetime, size: int) -> list[Copy]:
    # SQLite has one writer at a time, which makes the same statement atomic there without a lock of its own.
    lock = "FOR UPDATE SKIP LOCKED" if connection.features.has_select_for_update_skip_locked else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH chosen AS (
                SELECT id FROM mail_delivery WHERE mailing_id = %s AND state = 'waiting' AND due_at <= %s
                ORDER BY due_at, id LIMIT %s {lock}
            )
            UPDATE mail_delivery SET lease = %s, due_at = %s, attempts = attempts + 1
            WHERE id IN (SELECT id FROM chosen) RETURNING id, key, address, attempts
            """,  # nosec B608 # noqa: S608 - a constant of this function
            [mailing_id, _value(at), size, lease, _value(at + LEASE)],
        )
        return [Copy(*row) for row in sorted(cursor.fetchall())]


def _value(moment: datetime) -> datetime | str | None:
    return connection.ops.adapt_datetimefield_value(moment)


def extend(batch: Batch) -> None:
    """Keep what is left of a batch for as long as a lease lasts from now."""
    rows = Delivery.objects.filter(mailing=batch.mailing, lease=batch.lease, state=DeliveryState.WAITING)
    rows.update(due_at=timezone.now() + LEASE)


def held(batch: Batch, copies: Sequence[Copy]) -> list[Copy]:
    """Give those of `copies` that are still this batch's, and extend their lease."""
    rows = Delivery.objects.filter(pk__in=[copy.id for copy in copies], lease=batch.lease, state=DeliveryState.WAITING)
    rows.update(due_at=timezone.now() + LEASE)
    still = set(rows.values_list("pk", flat=True))
    return [copy for copy in copies if copy.id in still]


def release(batch: Batch, copies: Sequence[Copy], *, due_at: datetime) -> None:
    """Give copies back that were not tried."""
    rows = Delivery.objects.filter(pk__in=[copy.id for copy in copies], lease=batch.lease)
    rows.filter(state=DeliveryState.WAITING).update(due_at=due_at, lease="", attempts=F("attempts") - 1)


def mark_sent(batch: Batch, copy: Copy) -> None:
    """Record that the server took a copy, at once: between its OK and this statement nothing else happens."""
    words = "state = 'sent', answer = '', ended_at = %s"
    _update(batch, copy, words, [_value(timezone.now())])


def mark(batch: Batch, copy: Copy, state: str, answer: str, *, due_at: datetime | None = None) -> None:
    """Record any other end of a copy or, with `due_at`, when it is tried again."""
    if due_at is None:
        _update(batch, copy, "state = %s, answer = %s, ended_at = %s", [state, answer[:300], _value(timezone.now())])
    else:
        # Skipped or withdrawn while it was under way, it is not to be tried again.
        words = "due_at = %s, lease = '', answer = CASE WHEN state = 'waiting' THEN %s ELSE answer END"
        _update(batch, copy, words, [_value(due_at), answer[:300]])


def _update(batch: Batch, copy: Copy, words: str, values: list[datetime | str | None]) -> None:
    """Change a copy that is still ours. A lost mark is a mail sent twice, so a database that is away is waited for."""
    for pause in (*DATABASE_RETRIES, None):
        try:
            with connection.cursor() as cursor:
                statement = f"UPDATE mail_delivery SET {words} WHERE id = %s AND lease = %s"  # nosec B608 # noqa: S608 - our words
                cursor.execute(statement, [*values, copy.id, batch.lease])
                if not cursor.rowcount:
                    logger.warning("Copy %s was not in our hands any more: it may have gone out twice", copy.id)
            return
        except (OperationalError, InterfaceError):
            if pause is None or connection.in_atomic_block:
                raise
            logger.warning("The database is away: the mark of copy %s is tried again in %s s", copy.id, pause)
            connection.close()
            time.sleep(pause)


def mend_clock(at: datetime) -> None:
    """Bring forward what is due later than any rule of ours sets it: the clock was set back since.

    What is leased gets one lease from now, so that a worker which still has it in hand is not overtaken.
    """
    is_leased = ~Q(lease="")
    too_late = (
        (is_leased & Q(due_at__gt=at + 2 * LEASE))
        | Q(lease="", attempts=0, due_at__gt=at + LATEST_NEW)
        | Q(lease="", due_at__gt=at + LATEST)
    )
    brought_forward = Case(When(is_leased, then=Value(at + LEASE)), default=Value(at))
    Delivery.objects.filter(too_late, state=DeliveryState.WAITING).update(due_at=brought_forward)
    Mailing.objects.filter(state=MailingState.SENDING, served_at__gt=at + LATEST_NEW).update(served_at=None)
