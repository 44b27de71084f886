"""Whose an address is: an account's, once the account has proven it."""

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db.models import Q

from cop.base.addresses import tidy_address
from cop.notifications.models import Subscriber
from cop.notifications.querysets import SubscriberQuerySet
from members.models import User


def proven_addresses(user: User) -> set[str]:
    """Give the addresses that `user` has proven, tidied."""
    found = set()
    for email in EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True):
        try:
            found.add(tidy_address(email))
        except ValidationError:
            continue
    return found


def subscribers_of(user: User) -> SubscriberQuerySet:
    """Give the subscribers that are `user`'s: their proven addresses, also from before they signed up."""
    return Subscriber.objects.filter(Q(user=user) | Q(address__in=proven_addresses(user))).order_by("address")


def own(user: User, address: str) -> Subscriber | None:
    """Give the subscriber of an address that `user` has proven, made where it is new; None for another's address."""
    if address not in proven_addresses(user):
        return None
    subscriber, _new = Subscriber.objects.get_or_create(
        address=address, defaults={"timezone": user.timezone, "language": user.language}
    )
    if subscriber.user_id != user.pk:
        subscriber.user = user
        subscriber.save(update_fields=["user", "updated_at"])
    return subscriber


def link_proven(limit: int = 1000) -> int:
    """Tie outside readers to the accounts that have proven their addresses since; give how many."""
    proven = EmailAddress.objects.filter(verified=True)
    unowned = Subscriber.objects.filter(user=None, address__in=proven.values("email")).order_by("pk")
    addresses = list(unowned.values_list("address", flat=True)[:limit])
    owners = dict(proven.filter(email__in=addresses).values_list("email", "user_id"))
    return sum(
        Subscriber.objects.filter(address=address, user=None).update(user=user_id)
        for address, user_id in owners.items()
    )
