"""Claiming: a worker takes a batch of due copies under a lease, so that no other worker has them in hand.

Claiming moves `due_at` on by the lease and commits before the first mail goes out. A worker that dies leaves copies
that are due again when the lease is over. Only the holder of the lease marks a copy.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from cop.mail.models import Delivery, DeliveryState, Mailing, MailingState

BATCH = 100
LEASE = timedelta(minutes=5)
# Longer than any back-off or lease: a copy due later than that was written before the clock was set back.
FARTHEST = timedelta(hours=6)


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
    moment = Q(due_at__lte=at) | Q(due_at__gt=at + FARTHEST)
    return Q(state=DeliveryState.WAITING) & moment


def claim(*, urgent_only: bool = False) -> Batch | None:
    """Take the next batch: urgent mailings first, then the one served least recently; None when nothing is due."""
    at = timezone.now()
    copies = Delivery.objects.filter(due(at), mailing=OuterRef("pk"))
    mailings = Mailing.objects.filter(Exists(copies), state=MailingState.SENDING)
    if urgent_only:
        mailings = mailings.filter(is_urgent=True)
    for mailing in mailings.order_by("-is_urgent", F("served_at").asc(nulls_first=True), "pk")[:3]:
        lease = secrets.token_hex(16)
        taken = _take(mailing.pk, lease, at)
        if taken:
            Mailing.objects.filter(pk=mailing.pk).update(served_at=at)
            return Batch(mailing, lease, taken)
    return None


def _take(mailing_id: int, lease: str, at: datetime) -> list[Copy]:
    # SQLite has one writer at a time, which makes the same statement atomic there without a lock of its own.
    lock = "FOR UPDATE SKIP LOCKED" if connection.features.has_select_for_update_skip_locked else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH chosen AS (
                SELECT id FROM mail_delivery
                WHERE mailing_id = %s AND state = 'waiting' AND (due_at <= %s OR due_at > %s)
                ORDER BY due_at, id LIMIT {BATCH} {lock}
            )
            UPDATE mail_delivery SET lease = %s, due_at = %s, attempts = attempts + 1
            WHERE id IN (SELECT id FROM chosen) RETURNING id, key, address, attempts
            """,  # noqa: S608 — constants of this module
            [mailing_id, _value(at), _value(at + FARTHEST), lease, _value(at + LEASE)],
        )
        return [Copy(*row) for row in cursor.fetchall()]


def _value(moment: datetime) -> datetime | str | None:
    return connection.ops.adapt_datetimefield_value(moment)


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


def mark(batch: Batch, copy: Copy, state: str, answer: str = "", *, due_at: datetime | None = None) -> None:
    """Record what became of a copy, at once: between the server's OK and this statement nothing else happens."""
    with connection.cursor() as cursor:
        now = timezone.now()
        cursor.execute(
            "UPDATE mail_delivery SET state = %s, answer = %s, ended_at = %s, due_at = %s WHERE id = %s AND lease = %s",
            [
                state,
                answer[:300],
                None if state == DeliveryState.WAITING else _value(now),
                _value(due_at or now),
                copy.id,
                batch.lease,
            ],
        )
