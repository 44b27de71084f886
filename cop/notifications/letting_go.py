"""What is deleted about readers and notifications when its time is over."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cop.notifications.models import ByHand, State, Subscriber, Subscription
from cop.notifications.notice_models import Notification
from cop.privacy.retention import Rule, delete_some


def forget_notifications(before: datetime, limit: int) -> int:
    """Delete what the bell said."""
    return delete_some(Notification.objects.filter(at__lt=before), limit, order="at")


def forget_unconfirmed(before: datetime, limit: int) -> int:
    """Delete subscriptions that nobody confirmed, and addresses of which nothing is left to remember."""
    stale = Subscription.objects.filter(state=State.WAITING, confirmed_at=None, expires_at__lt=before)
    nameless = Subscriber.objects.filter(
        subscriptions=None, suppressed_at=None, user=None, unreachable_at=None, created_at__lt=before
    )
    return delete_some(stale, limit) + delete_some(nameless, limit)


def forget_left(before: datetime, limit: int) -> int:
    """Delete subscriptions that ended, with the record of what was agreed to: it has proven what it had to prove."""
    return delete_some(Subscription.objects.filter(state=State.LEFT, left_at__lt=before), limit)


def forget_by_hand(before: datetime, limit: int) -> int:
    """Delete addresses that went off an old list, by subscribing or by saying no."""
    gone = ByHand.objects.exclude(subscribed_at=None, declined_at=None).filter(updated_at__lt=before)
    return delete_some(gone, limit)


RULES = {
    "notifications": Rule(_("What the bell said"), forget_notifications),
    "unconfirmed": Rule(_("Addresses that never confirmed a subscription"), forget_unconfirmed),
    "left": Rule(_("Subscriptions that ended, and what was agreed to then"), forget_left),
    "by-hand": Rule(_("Addresses that went off an old distribution list"), forget_by_hand),
}
