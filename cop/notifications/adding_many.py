"""A facilitator brings a list: each new address gets one confirmation mail, and never a post before its button."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.mail import outbox
from cop.notifications import announcing, asking
from cop.notifications.followables import Thing
from cop.notifications.models import Change, How, Subscriber, Subscription, SubscriptionEvent
from members.models import User

A_DAY = 5_000
AT_ONCE = 500


@dataclass(frozen=True)
class Added:
    """How many were asked to confirm, and how many were left as they are: known here before, or wanting no mail."""

    asked: int
    untouched: int


def add(thing: Thing, addresses: Sequence[str], *, by: User, at: datetime | None = None) -> Added:
    """Ask tidied addresses to confirm. Who subscribed, waits, left or wants no mail is not asked again.

    Raises Refused where the community has added too many within a day.
    """
    at = at or timezone.now()
    new = _unknown(thing, addresses)
    _refuse_too_many(thing, len(new), at)
    mailing = outbox.prepare(
        "confirm_subscription",
        dedupe_key=f"confirm-list:{thing.kind}:{thing.id}:{by.pk}:{at.isoformat()}",
        context=asking.context_for(thing, by=by),
        language=thing.language,
        from_name=thing.title,
        leave_url=announcing.links()["leave_url"],
        about=asking.ANSWERED,
        tell=[by.email],
    )
    with transaction.atomic():
        for start in range(0, len(new), AT_ONCE):
            _add_some(thing, new[start : start + AT_ONCE], by, at)
        rows = Subscription.objects.to(thing.kind, thing.id).filter(asked_at=at, added_by=by)
        asked = outbox.fill(mailing, rows.recipients())
    return Added(asked=asked, untouched=len(addresses) - asked)


def _unknown(thing: Thing, addresses: Iterable[str]) -> list[str]:
    addresses = list(dict.fromkeys(addresses))
    known = set(
        Subscription.objects.to(thing.kind, thing.id)
        .filter(subscriber__address__in=addresses)
        .values_list("subscriber__address", flat=True)
    )
    stopped = Subscriber.objects.filter(address__in=addresses).exclude(suppressed_at=None, unreachable_at=None)
    known |= set(stopped.values_list("address", flat=True))
    return [address for address in addresses if address not in known]


def _refuse_too_many(thing: Thing, count: int, at: datetime) -> None:
    today = Subscription.objects.filter(
        community_id=thing.community_id, consent_how=How.LIST, asked_at__gt=at - timedelta(days=1)
    ).count()
    if today + count > A_DAY:
        raise Refused(
            _("This community can add %(count)d addresses a day; %(left)d are left today. Go on tomorrow.")
            % {"count": A_DAY, "left": max(0, A_DAY - today)}
        )


def _add_some(thing: Thing, addresses: list[str], by: User, at: datetime) -> None:
    Subscriber.objects.bulk_create(
        [Subscriber(address=address, language=thing.language) for address in addresses], ignore_conflicts=True
    )
    words = asking.words_for(thing)
    Subscription.objects.bulk_create(
        [
            Subscription(
                subscriber=subscriber,
                thing_kind=thing.kind,
                thing_id=thing.id,
                community_id=thing.community_id,
                consent_words=words,
                consent_how=How.LIST,
                added_by=by,
                asked_at=at,
                expires_at=at + timedelta(days=asking.DAYS_OPEN),
            )
            for subscriber in Subscriber.objects.filter(address__in=addresses)
        ],
        ignore_conflicts=True,
    )
    added = Subscription.objects.to(thing.kind, thing.id).filter(asked_at=at, added_by=by)
    SubscriptionEvent.objects.bulk_create(
        SubscriptionEvent(
            subscriber_id=row.subscriber_id,
            subscription=row,
            what=Change.ASKED,
            detail=str(How.LIST.label),
            at=at,
            by=by,
        )
        for row in added.filter(subscriber__address__in=addresses)
    )
