"""Leaving, coming back, and never being mailed again."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from cop.notifications import pacing
from cop.notifications.holding import hold
from cop.notifications.models import Change, State, Subscriber, Subscription, SubscriptionEvent
from members.models import User

# Somebody who comes back this soon has slipped: their digest goes on where it was.
SLIP = timedelta(days=7)


def leave(subscription: Subscription, *, detail: str = "", by: User | None = None, at: datetime | None = None) -> bool:
    """End a subscription, or turn one down that waits; False where it was over. No mail goes out from now on."""
    at = at or timezone.now()
    with transaction.atomic():
        rows = Subscription.objects.filter(pk=subscription.pk).exclude(state=State.LEFT)
        changed = rows.update(state=State.LEFT, left_at=at, digest_due_at=None)
        if changed:
            SubscriptionEvent.objects.create(
                subscriber_id=subscription.subscriber_id,
                subscription=subscription,
                what=Change.LEFT,
                detail=detail,
                at=at,
                by=by,
            )
    return bool(changed)


def leave_all(subscriber: Subscriber, *, by: User | None = None, at: datetime | None = None) -> int:
    """End every subscription of an address; give how many ended."""
    rows = list(subscriber.subscriptions.exclude(state=State.LEFT))
    return sum(leave(row, by=by, at=at) for row in rows)


def come_back(subscription: Subscription, *, by: User | None = None, at: datetime | None = None) -> bool:
    """Take back having left what was once confirmed; False where there is nothing to take back."""
    at = at or timezone.now()
    with transaction.atomic():
        hold(subscription.community_id)
        row = Subscription.objects.select_for_update().select_related("subscriber").get(pk=subscription.pk)
        if row.state != State.LEFT or row.confirmed_at is None:
            return False
        slipped = row.left_at is not None and at - row.left_at < SLIP and row.pace in pacing.DIGESTED
        row.state, row.left_at = State.CONFIRMED, None
        if slipped:
            row.digest_due_at = pacing.due_at(row, after=at)
        else:
            pacing.start_afresh(row, at=at)
        row.save()
        SubscriptionEvent.objects.create(
            subscriber=row.subscriber, subscription=row, what=Change.CONFIRMED, detail=row.pace, at=at, by=by
        )
    return True


def suppress(subscriber: Subscriber, *, by: User | None = None, at: datetime | None = None) -> bool:
    """Never mail this address again, whoever asks, until its owner allows it; False where that held already."""
    at = at or timezone.now()
    with transaction.atomic():
        changed = Subscriber.objects.filter(pk=subscriber.pk, suppressed_at=None).update(suppressed_at=at)
        if changed:
            SubscriptionEvent.objects.create(subscriber=subscriber, what=Change.SUPPRESSED, at=at, by=by)
            pacing.reschedule(subscriber, at=at)
    return bool(changed)


def allow(subscriber: Subscriber, *, by: User | None = None, at: datetime | None = None) -> bool:
    """Take back "never mail me again"; False where it did not hold."""
    at = at or timezone.now()
    with transaction.atomic():
        rows = Subscriber.objects.filter(pk=subscriber.pk, suppressed_at__isnull=False)
        changed = rows.update(suppressed_at=None)
        if changed:
            SubscriptionEvent.objects.create(subscriber=subscriber, what=Change.ALLOWED, at=at, by=by)
            pacing.reschedule(subscriber, at=at)
    return bool(changed)
