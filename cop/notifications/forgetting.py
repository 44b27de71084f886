"""What becomes of somebody's mail when their account is closed."""

from cop.notifications import leaving
from cop.notifications.models import Subscriber
from cop.notifications.push.models import Device
from members.models import User


def forget(user: User, _shown_before: str) -> None:
    """End all mail to the addresses of somebody who closed the account, and what their devices are told; they may come
    back as a reader from outside."""
    Device.objects.filter(user=user).delete()
    for subscriber in Subscriber.objects.filter(user=user):
        leaving.leave_all(subscriber)
        Subscriber.objects.filter(pk=subscriber.pk).update(user=None)
