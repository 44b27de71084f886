"""The button that makes a subscription count."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.notifications import asking, bouncing, followables, pacing
from cop.notifications.followables import Thing
from cop.notifications.holding import hold
from cop.notifications.models import (
    ByHand,
    Change,
    How,
    Pace,
    State,
    Subscriber,
    Subscription,
    SubscriptionEvent,
)
from members.models import User

UNKNOWN_ZONE = "UTC"


def confirm(
    subscription: Subscription,
    *,
    network: str = "",
    zone: str = "",
    by: User | None = None,
    at: datetime | None = None,
) -> bool:
    """Let a subscription count from `at` on; False where it did already. What was there before is not mailed.

    `zone` is the browser's guess of a time zone, taken where none is known yet (somebody else added the address).
    Raises Refused where it has expired, was left meanwhile, or the address wants no mail at all.
    """
    at = at or timezone.now()
    with transaction.atomic():
        hold(subscription.community_id)
        row = Subscription.objects.select_for_update().select_related("subscriber").get(pk=subscription.pk)
        is_back = bouncing.reach_again(row.subscriber, at=at)
        if row.state == State.CONFIRMED:
            return is_back
        _refuse_unless_open(row, at)
        if zone and row.subscriber.timezone == UNKNOWN_ZONE:
            row.subscriber.timezone = zone
            row.subscriber.save(update_fields=["timezone", "updated_at"])
        row.state = State.CONFIRMED
        row.confirmed_at = at
        row.left_at = None
        row.confirmed_network = network
        row.pace = _first_pace(row) if row.pace == Pace.MUTED else row.pace
        pacing.start_afresh(row, at=at)
        row.save()
        SubscriptionEvent.objects.create(
            subscriber=row.subscriber,
            subscription=row,
            what=Change.CONFIRMED,
            detail=row.pace,
            words=row.consent_words,
            network=network,
            at=at,
            by=by,
        )
        old_list = ByHand.objects.to(row.thing_kind, row.thing_id).open()
        old_list.filter(address=row.subscriber.address).update(subscribed_at=at)
    return True


def _refuse_unless_open(row: Subscription, at: datetime) -> None:
    if row.subscriber.suppressed_at:
        raise Refused(_("This address asked never to be mailed again. Undo that first, on the page of your mails."))
    if row.state == State.LEFT:
        raise Refused(_("You left in the meantime. Ask for a new confirmation mail if you want to come back."))
    if row.expires_at <= at:
        raise Refused(_("This link has expired. Ask for a new confirmation mail; it takes a minute."))


def _first_pace(row: Subscription) -> str:
    thing = followables.find(row.thing_kind, row.thing_id)
    return thing.paces[0] if thing else Pace.EACH


def welcome(
    subscriber: Subscriber,
    thing: Thing,
    *,
    how: How,
    network: str = "",
    by: User | None = None,
    at: datetime | None = None,
) -> bool:
    """Subscribe at once somebody whose mailbox is proven already: signed in, or by the button of a mail sent to it.

    Gives False where they were subscribed already; raises Refused where the address wants no mail at all.
    """
    at = at or timezone.now()
    with transaction.atomic():
        words = asking.words_for(thing)
        subscription = asking.begin(subscriber, thing, words=words, how=how, network=network, by=by, at=at)
        return confirm(subscription, network=network, by=by, at=at)
