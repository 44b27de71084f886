"""Somebody who is signed in follows a thing, or no longer does."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cop.base.addresses import tidy_address
from cop.base.errors import Refused
from cop.notifications import ceiling, confirming, leaving, owning, pacing
from cop.notifications.followables import Thing
from cop.notifications.models import How, Pace, State, Subscription
from members.audiences import Reader
from members.models import User


def subscription_of(user: User, thing: Thing) -> Subscription | None:
    """Give the subscription of an account to a thing, or None."""
    return Subscription.objects.to(thing.kind, thing.id).filter(subscriber__user=user).first()


def chosen(user: Reader, thing: Thing) -> str:
    """Give what an account chose about a thing: its pace, "muted" also for who left it, or nothing."""
    row = subscription_of(user, thing) if user.is_authenticated else None
    if row is None or row.state == State.WAITING:
        return ""
    return row.pace if row.state == State.CONFIRMED else Pace.MUTED


def follow(user: User, thing: Thing, *, pace: str = "", network: str = "", at: datetime | None = None) -> bool:
    """Let `user` get a thing's mails at the address of the account, at `pace` or the thing's first one.

    Gives False where the address is not proven yet, or wants no mail at all.
    """
    at = at or timezone.now()
    subscriber = owning.own(user, tidy_address(user.email))
    if subscriber is None:
        return False
    try:
        with transaction.atomic():
            confirming.welcome(subscriber, thing, how=How.ACCOUNT, network=network, by=user, at=at)
            row = Subscription.objects.get(subscriber=subscriber, thing_kind=thing.kind, thing_id=thing.id)
            allowed = ceiling.allowed_paces([thing])[thing.kind, thing.id]
            pacing.change_pace(row, pace if pace in allowed else allowed[0], by=user, at=at)
    except Refused:
        return False
    return True


def follow_first(user: User, thing: Thing, *, at: datetime | None = None) -> bool:
    """Let `user` follow a thing that they take part in, unless they ever chose otherwise; tell whether that is new."""
    if Subscription.objects.to(thing.kind, thing.id).filter(subscriber__user=user).exists():
        return False
    return follow(user, thing, at=at)


def unfollow(user: User, thing: Thing, *, at: datetime | None = None) -> bool:
    """Send `user` nothing more about a thing; tell whether there was anything to end."""
    row = subscription_of(user, thing)
    return row is not None and row.state == State.CONFIRMED and leaving.leave(row, by=user, at=at)
