"""Addresses that cannot be reached: where there is none at once, others when it goes on for days.

Then a probe decides (`probing`). Who complains has left.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from cop.mail.outcomes import COMPLAINT, REFUSED, Outcome
from cop.notifications import leaving, pacing, probing
from cop.notifications.models import Change, State, Subscriber, Subscription, SubscriptionEvent

# So many points, and an address counts as unreachable: refused at the door, or come back later. One is a bad day.
MOST_REFUSALS = 3
MOST_RETURNS = 5
# At most a point a day; after so long without another, one point is forgotten.
SAME_DAY = timedelta(hours=20)
POINT_FADES = timedelta(days=14)


def count_failures(found: Iterable[Outcome], *, at: datetime | None = None) -> None:
    """Note what happened to copies; an address that does not exist, or fails for days, gets no mail any more.

    Who complains has left what they complain about.
    """
    at = at or timezone.now()
    by_address = {outcome.address.lower(): outcome for outcome in found}
    for subscriber in Subscriber.objects.filter(address__in=by_address):
        outcome = by_address[subscriber.address]
        if outcome.kind == COMPLAINT:
            _end(subscriber, outcome, at)
        elif probed := probing.came_back(outcome.key, at=at):
            _stop(probed, outcome, at)
        elif subscriber.unreachable_at or (not outcome.is_hard and probing.is_probed(subscriber)):
            continue
        elif outcome.is_hard or not subscriber.failed_at or at - subscriber.failed_at >= SAME_DAY:
            _count(subscriber, outcome, at)


def _count(subscriber: Subscriber, outcome: Outcome, at: datetime) -> None:
    faded = (at - subscriber.failed_at) // POINT_FADES if subscriber.failed_at else 0
    points = max(subscriber.hard_failures - faded, 0) + 1
    is_enough = points >= (MOST_REFUSALS if outcome.kind == REFUSED else MOST_RETURNS)
    with transaction.atomic():
        # Two workers may report at once: only one of them finds the count that it read.
        changed = Subscriber.objects.filter(pk=subscriber.pk, failed_at=subscriber.failed_at).update(
            hard_failures=points, failed_at=at, failure=outcome.words[:300]
        )
        if changed and is_enough and not outcome.is_hard:
            probing.begin(subscriber, at=at)
    if changed and outcome.is_hard:
        probing.end(subscriber)
        _stop(subscriber, outcome, at)


def _stop(subscriber: Subscriber, outcome: Outcome, at: datetime) -> None:
    """Send an address nothing any more, until it works again or its owner says so."""
    answer = outcome.words[:300]
    with transaction.atomic():
        stopped = Subscriber.objects.filter(pk=subscriber.pk, unreachable_at=None)
        if stopped.update(unreachable_at=at, failed_at=at, failure=answer):
            SubscriptionEvent.objects.create(subscriber=subscriber, what=Change.UNREACHABLE, detail=answer, at=at)
            Subscription.objects.filter(subscriber=subscriber).update(digest_due_at=None)


def look_after_probes(at: datetime | None = None) -> int:
    """Send the probes that are due, and send mail again where one arrived; give how many addresses work."""
    at = at or timezone.now()
    probing.send_due(at)
    well = probing.arrived(at)
    Subscriber.objects.filter(pk__in=[one.pk for one in well]).update(hard_failures=0, failed_at=None, failure="")
    for subscriber in well:
        reach_again(subscriber, at=at)
    return len(well)


def _end(subscriber: Subscriber, outcome: Outcome, at: datetime) -> None:
    rows = Subscription.objects.filter(subscriber=subscriber).exclude(state=State.LEFT)
    # A provider tells who complained, and not about which copy: then it is about all that we send.
    for row in rows.filter(token=outcome.key) if outcome.key else rows:
        leaving.leave(row, detail="complaint", at=at)


def reach_again(subscriber: Subscriber, *, at: datetime | None = None) -> bool:
    """Send mail to an address again that counted as unreachable; tell whether it did.

    Whoever presses a button in a mail can be reached after all, and whoever says that the mailbox works is believed.
    """
    at = at or timezone.now()
    with transaction.atomic():
        stopped = Subscriber.objects.filter(pk=subscriber.pk, unreachable_at__isnull=False)
        if not stopped.update(unreachable_at=None, hard_failures=0, updated_at=at):
            return False
        SubscriptionEvent.objects.create(subscriber=subscriber, what=Change.REACHABLE, at=at)
        probing.end(subscriber)
        subscriber.refresh_from_db()
        pacing.reschedule(subscriber, at=at)
    return True
