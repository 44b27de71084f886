"""How often, at what hour, and not before when: what readers choose."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from cop.notifications.holding import hold
from cop.notifications.models import Activity, Change, Pace, State, Subscriber, Subscription, SubscriptionEvent
from cop.notifications.slots import next_slot
from members.models import User

DIGESTED = (Pace.DAILY, Pace.WEEKLY)


def newest_of(thing_kind: str, thing_id: int) -> int:
    """Give the id of the last activity of a thing, or 0."""
    return Activity.objects.on(thing_kind, thing_id).aggregate(last=Max("pk"))["last"] or 0


def due_at(subscription: Subscription, *, after: datetime) -> datetime | None:
    """Give when the next digest of a subscription is due, not before a pause ends; None where its pace has none."""
    subscriber = subscription.subscriber
    if subscriber.suppressed_at or subscriber.unreachable_at or subscription.state != State.CONFIRMED:
        return None
    return next_slot(
        max(after, subscriber.paused_until or after),
        pace=subscription.pace,
        timezone=subscriber.timezone,
        weekday=subscriber.digest_weekday,
        hour=subscriber.digest_hour,
    )


def start_afresh(subscription: Subscription, *, at: datetime) -> None:
    """Set the marks of a subscription (unsaved) so that only what comes from now on is mailed."""
    subscription.mailed_up_to = newest_of(subscription.thing_kind, subscription.thing_id)
    subscription.owed_after = subscription.owed_up_to = None
    subscription.digest_due_at = due_at(subscription, after=at)


def change_pace(subscription: Subscription, pace: str, *, by: User | None = None, at: datetime | None = None) -> bool:
    """Mail a subscription at another pace; False where it had that pace. Nothing is lost, nothing comes twice.

    What waited for a digest is sent in a last one when the reader now wants each post at once.
    """
    at = at or timezone.now()
    with transaction.atomic():
        hold(subscription.community_id)
        row = Subscription.objects.select_for_update().select_related("subscriber").get(pk=subscription.pk)
        if row.pace == pace:
            return False
        old, row.pace = row.pace, pace
        _move_marks(row, old, at)
        row.save()
        detail = f"{Pace(old).label} → {Pace(pace).label}"
        SubscriptionEvent.objects.create(
            subscriber=row.subscriber, subscription=row, what=Change.PACED, detail=detail, at=at, by=by
        )
    return True


def _move_marks(row: Subscription, old: str, at: datetime) -> None:
    if old in DIGESTED and row.pace in DIGESTED:
        row.digest_due_at = at if row.owed_up_to else due_at(row, after=at)
        return
    newest = newest_of(row.thing_kind, row.thing_id)
    if old in DIGESTED and row.pace == Pace.EACH and newest > row.mailed_up_to:
        row.owed_after = row.mailed_up_to if row.owed_after is None else row.owed_after
        row.owed_up_to = newest
    if row.pace == Pace.MUTED:
        row.owed_after = row.owed_up_to = None
    row.mailed_up_to = newest
    row.digest_due_at = at if row.owed_up_to else due_at(row, after=at)


def change_times(
    subscriber: Subscriber,
    *,
    timezone_name: str,
    weekday: int,
    hour: int,
    is_together: bool = True,
    quiet: tuple[int | None, int | None] = (None, None),
    at: datetime | None = None,
) -> bool:
    """Send the digests of a subscriber at another hour of another day (Monday is 0) of a zone; False if unchanged.

    Those of several communities come in one mail where they are `is_together`. Nothing comes within `quiet` hours.
    """
    chosen: dict[str, object] = {
        "timezone": timezone_name,
        "digest_weekday": weekday,
        "digest_hour": hour,
        "is_digest_together": is_together,
        "quiet_from": quiet[0],
        "quiet_to": quiet[1],
    }
    with transaction.atomic():
        row = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
        if all(getattr(row, name) == value for name, value in chosen.items()):
            return False
        Subscriber.objects.filter(pk=row.pk).update(**chosen)
        reschedule(row, at=at or timezone.now())
    return True


def pause(subscriber: Subscriber, until: datetime, *, by: User | None = None, at: datetime | None = None) -> bool:
    """Send nothing before `until`; digests then hold what came meanwhile. False where it is paused so already."""
    at = at or timezone.now()
    with transaction.atomic():
        changed = Subscriber.objects.filter(pk=subscriber.pk).exclude(paused_until=until).update(paused_until=until)
        if changed:
            detail = until.isoformat()
            SubscriptionEvent.objects.create(subscriber=subscriber, what=Change.PAUSED, detail=detail, at=at, by=by)
            reschedule(subscriber, at=at)
    return bool(changed)


def resume(subscriber: Subscriber, *, by: User | None = None, at: datetime | None = None) -> bool:
    """End a pause now; False where there was none."""
    at = at or timezone.now()
    with transaction.atomic():
        changed = Subscriber.objects.filter(pk=subscriber.pk, paused_until__gt=at).update(paused_until=None)
        if changed:
            SubscriptionEvent.objects.create(subscriber=subscriber, what=Change.RESUMED, at=at, by=by)
            reschedule(subscriber, at=at)
    return bool(changed)


def reschedule(subscriber: Subscriber, *, at: datetime) -> None:
    """Set when each digest of a subscriber is due next, after their times or their reachability changed."""
    rows = Subscription.objects.filter(subscriber_id=subscriber.pk).exclude(state=State.WAITING)
    for row in rows.select_related("subscriber"):
        owed_at = max(at, row.subscriber.paused_until or at) if row.owed_up_to else None
        due = due_at(row, after=at)
        Subscription.objects.filter(pk=row.pk).update(digest_due_at=owed_at or due)
