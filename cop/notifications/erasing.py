"""What is erased of mail and of the community's story when an account is closed or an address forgotten."""

from collections.abc import Collection

from django.db.models import Max, QuerySet

from cop.mail import erasing, outbox
from cop.mail.models import Mailing
from cop.notifications.models import Activity, ByHand, Subscriber, SubscriptionRequest
from cop.notifications.notice_models import Notification
from members.carrying_out import deleting
from members.closing_models import AccountClosing

STRETCH = 500


def mailings(closing: AccountClosing, after: int) -> int | None:
    """Forget the words of all mails that went out while the account was there: names stand in many of them.

    Nothing reads them any more; to whom they went, and what became of each copy, stays.
    """
    last = Mailing.objects.aggregate(last=Max("pk"))["last"] or 0
    if not closing.is_hidden or after >= last:
        return None
    stretch = Mailing.objects.filter(pk__gt=after, pk__lte=after + STRETCH, created_at__gte=closing.user.created_at)
    erasing.wipe(list(stretch.values_list("pk", flat=True)))
    return after + STRETCH


def _activities(closing: AccountClosing) -> QuerySet[Activity]:
    return Activity.objects.filter(by=closing.user) if closing.is_removed else Activity.objects.none()


def readers(closing: AccountClosing, after: int) -> int | None:
    """Forget the addresses as readers' too; whether somebody asked never to be mailed is kept, for that has to hold."""
    forget_addresses(closing.addresses)
    return None


def forget_addresses(addresses: Collection[str]) -> None:
    """Forget what readers' addresses followed and agreed to, what waits for them, and the lists they stand on."""
    for subscriber in Subscriber.objects.filter(address__in=addresses, user=None):
        for token in [subscriber.token, *subscriber.subscriptions.values_list("token", flat=True)]:
            outbox.skip_waiting(token, "")
        if subscriber.suppressed_at:
            subscriber.subscriptions.all().delete()
            subscriber.events.filter(subscription=None).delete()
        else:
            subscriber.delete()
    ByHand.objects.filter(address__in=addresses).delete()
    SubscriptionRequest.objects.filter(address__in=addresses).delete()


STEPS = {
    "mailings": mailings,
    "notifications": deleting(lambda closing: Notification.objects.filter(user=closing.user)),
    "activities": deleting(_activities),
    "readers": readers,
}
