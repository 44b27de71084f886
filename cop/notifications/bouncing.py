"""Addresses that a mail server refuses for good."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from cop.notifications.models import Change, Subscriber, Subscription, SubscriptionEvent

# So many refusals, on different days, and an address counts as unreachable: one alone may be a server's bad day.
HARD_FAILURES = 3
SAME_DAY = timedelta(hours=20)
FORGOTTEN_AFTER = timedelta(days=180)


def count_failures(failures: Iterable[tuple[str, str, str]], *, at: datetime | None = None) -> None:
    """Note final refusals, as (key, address, the server's answer); after HARD_FAILURES the address gets no mail."""
    at = at or timezone.now()
    answers = {address.lower(): answer for _key, address, answer in failures}
    for subscriber in Subscriber.objects.filter(address__in=answers, unreachable_at=None):
        if subscriber.failed_at and at - subscriber.failed_at < SAME_DAY:
            continue
        _count(subscriber, answers[subscriber.address][:300], at)


def _count(subscriber: Subscriber, answer: str, at: datetime) -> None:
    is_old = subscriber.failed_at is not None and at - subscriber.failed_at > FORGOTTEN_AFTER
    failures = 1 if is_old else subscriber.hard_failures + 1
    is_out = failures >= HARD_FAILURES
    with transaction.atomic():
        # Two workers may report at once: only one of them finds the count that it read.
        changed = Subscriber.objects.filter(pk=subscriber.pk, failed_at=subscriber.failed_at).update(
            hard_failures=failures, failed_at=at, failure=answer, unreachable_at=at if is_out else None
        )
        if changed and is_out:
            SubscriptionEvent.objects.create(subscriber=subscriber, what=Change.UNREACHABLE, detail=answer, at=at)
            Subscription.objects.filter(subscriber=subscriber).update(digest_due_at=None)
