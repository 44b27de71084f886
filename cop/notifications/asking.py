"""Somebody leaves an address: what happens until they press the button in the confirmation mail."""

import logging
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from cop.base.addresses import key_of
from cop.base.limits import within_limit
from cop.base.links import absolute_url
from cop.mail import outbox
from cop.notifications import announcing, followables
from cop.notifications.followables import Thing
from cop.notifications.models import (
    Change,
    How,
    State,
    Subscriber,
    Subscription,
    SubscriptionEvent,
    SubscriptionRequest,
)
from cop.notifications.ringing import ring
from members.models import User

logger = logging.getLogger(__name__)

DAYS_OPEN = 14
ALREADY_TOLD_EVERY = timedelta(days=1)
MAILS_A_DAY = 3
# What an answer to the mails that ask for a confirmation is about; each copy has its subscription's token, so that it
# needs no number.
ASKED_BY = "confirm"
ANSWERED = f"{ASKED_BY}:0"
REQUESTS_AT_ONCE = 200
GIVE_UP_AFTER = timedelta(days=2)


def words_for(thing: Thing) -> str:
    """Give the sentence that a reader agrees to, in the thing's language; it is kept with the subscription."""
    with override(thing.language):
        return _("New posts of “%(thing)s” by e-mail, until I leave. Every mail has a link to leave with.") % {
            "thing": thing.title
        }


def ask(
    address: str, *, thing: Thing, network: str, words: str = "", zone: str = "", at: datetime | None = None
) -> SubscriptionRequest:
    """Keep what somebody typed: the same few steps for every address, known or not; `answer_due` does the rest.

    `address` is tidied already, `network` is the client's IP address, `zone` the browser's guess of a time zone.
    """
    request = SubscriptionRequest.objects.create(
        address=address,
        thing_kind=thing.kind,
        thing_id=thing.id,
        words=words or words_for(thing),
        network=network,
        timezone=zone,
        asked_at=at or timezone.now(),
    )
    transaction.on_commit(partial(ring, "answer_requests"))
    return request


def answer_due() -> int:
    """Mail an answer to everybody who asked; safe to run twice at once. Gives how many requests were answered."""
    SubscriptionRequest.objects.filter(asked_at__lt=timezone.now() - GIVE_UP_AFTER).delete()
    answered = 0
    for request in SubscriptionRequest.objects.order_by("pk")[:REQUESTS_AT_ONCE]:
        try:
            answer(request)
            answered += 1
        except Exception:  # One that fails must not hold up the others.
            logger.exception("The request %s was not answered; the next sweep tries again", request.pk)
    return answered


def answer(request: SubscriptionRequest) -> None:
    """Send the confirmation mail, or the mail that says there is nothing to confirm; never anything else."""
    thing = followables.find(request.thing_kind, request.thing_id)
    if thing and thing.is_public and not thing.is_archived:
        subscription = _asked(request, thing)
        if subscription:
            _mail(subscription, thing, dedupe=f"request:{request.pk}")
    request.delete()


def _asked(request: SubscriptionRequest, thing: Thing) -> Subscription | None:
    """Give the subscription to write to; None where this address must not get a mail now."""
    with transaction.atomic():
        subscriber, _new = Subscriber.objects.get_or_create(
            address=request.address, defaults={"timezone": request.timezone or "UTC", "language": thing.language}
        )
        if subscriber.suppressed_at:
            return None
        subscription = begin(
            subscriber, thing, words=request.words, how=How.FORM, network=request.network, at=request.asked_at
        )
    limit = f"{key_of(request.address)} {thing.kind} {thing.id}"
    return subscription if within_limit("confirmation", limit, times=MAILS_A_DAY, seconds=86400) else None


def begin(
    subscriber: Subscriber,
    thing: Thing,
    *,
    words: str,
    how: str,
    network: str = "",
    by: User | None = None,
    at: datetime,
) -> Subscription:
    """Give the subscription of `subscriber` to `thing`: a confirmed one as it is, any other waiting from `at` on."""
    asked = {
        "state": State.WAITING,
        "consent_words": words,
        "consent_how": how,
        "consent_network": network,
        "added_by": by,
        "asked_at": at,
        "reminded_at": None,
        "expires_at": at + timedelta(days=DAYS_OPEN),
    }
    subscription, is_new = Subscription.objects.select_for_update().get_or_create(
        subscriber=subscriber,
        thing_kind=thing.kind,
        thing_id=thing.id,
        defaults={**asked, "community_id": thing.community_id},
    )
    if subscription.is_confirmed:
        return subscription
    if not is_new:
        for name, value in asked.items():
            setattr(subscription, name, value)
        subscription.save(update_fields=[*asked, "updated_at"])
    SubscriptionEvent.objects.create(
        subscriber=subscriber,
        subscription=subscription,
        what=Change.ASKED,
        detail=str(How(how).label),
        words=words,
        network=network,
        at=at,
        by=by,
    )
    return subscription


def _mail(subscription: Subscription, thing: Thing, *, dedupe: str) -> None:
    needs_button = not subscription.is_confirmed or subscription.subscriber.unreachable_at is not None
    if not needs_button:
        now = timezone.now()
        told = Subscription.objects.filter(pk=subscription.pk).exclude(told_at__gt=now - ALREADY_TOLD_EVERY)
        if not told.update(told_at=now):
            return
    outbox.send(
        "confirm_subscription" if needs_button else "already_subscribed",
        to=subscription.subscriber.address,
        key=subscription.token,
        dedupe_key=dedupe,
        context=context_for(thing),
        language=subscription.subscriber.language,
        from_name=thing.title,
        leave_url=announcing.links()["leave_url"],
        about=ANSWERED if needs_button else "",
    )


def context_for(thing: Thing, *, by: User | None = None) -> dict[str, object]:
    """Give what the mails before a confirmation say; `by` is the facilitator who added the address."""
    return {
        "thing": thing,
        "accent": thing.accent,
        "confirm_url": absolute_url("notifications:subscription-confirm", outbox.KEY),
        "by": by,
        "days": DAYS_OPEN,
        **announcing.links(),
    }
