"""The old distribution list, kept beside a blog until everybody on it has subscribed or declined."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from cop.base.links import absolute, absolute_url
from cop.mail import outbox
from cop.notifications import announcing, confirming, followables
from cop.notifications.followables import Thing
from cop.notifications.holding import hold
from cop.notifications.holding_back import unwanted
from cop.notifications.models import Activity, ByHand, How, State, Subscriber, Subscription
from cop.notifications.querysets import ByHandQuerySet
from members.models import User

GATE = "by-hand"
ONE_NOTE_EVERY = timedelta(days=1)
# Who was away for longer than this is told of the newest posts only.
STILL_NEWS = timedelta(days=2)


def add(thing: Thing, addresses: Iterable[str], *, by: User) -> int:
    """Put tidied addresses on the list; give how many are new. Those who subscribed, left or declined stay off it."""
    addresses = list(dict.fromkeys(addresses))
    known = Subscription.objects.to(thing.kind, thing.id).exclude(state=State.WAITING)
    off = set(known.filter(subscriber__address__in=addresses).values_list("subscriber__address", flat=True))
    off |= unwanted(set(addresses))
    off |= set(ByHand.objects.to(thing.kind, thing.id).filter(address__in=addresses).values_list("address", flat=True))
    rows = [
        ByHand(
            address=address,
            thing_kind=thing.kind,
            thing_id=thing.id,
            community_id=thing.community_id,
            added_by=by,
        )
        for address in addresses
        if address not in off
    ]
    ByHand.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return len(rows)


def remove(entry: ByHand) -> bool:
    """Take an address off the list; False where it was off already."""
    return bool(ByHand.objects.filter(pk=entry.pk).delete()[0])


def decline(entry: ByHand, *, at: datetime | None = None) -> bool:
    """Take the owner's "no, thank you": no more notes, and nobody can put the address on this list again."""
    rows = ByHand.objects.open().filter(pk=entry.pk)
    return bool(rows.update(declined_at=at or timezone.now()))


def subscribe(entry: ByHand, *, network: str, at: datetime | None = None) -> bool:
    """Subscribe the owner at the press of one button: the note was sent to this mailbox, so it is proven.

    False where they were subscribed already; raises Refused where the address wants no mail at all.
    """
    at = at or timezone.now()
    thing = followables.find(entry.thing_kind, entry.thing_id)
    if thing is None:
        return False
    defaults = {"language": thing.language}
    subscriber, _new = Subscriber.objects.get_or_create(address=entry.address, defaults=defaults)
    is_new = confirming.welcome(subscriber, thing, how=How.NOTE, network=network, at=at)
    ByHand.objects.open().filter(pk=entry.pk).update(subscribed_at=at)
    return is_new


def send_notes(at: datetime | None = None) -> int:
    """Tell the lists of what was mailed to subscribers lately; at most one note per post and one a day per address."""
    at = at or timezone.now()
    fresh = Activity.objects.standing().filter(mailing_id__isnull=False, noted_at=None)
    Activity.objects.filter(mailing_id__isnull=False, noted_at=None, at__lt=at - STILL_NEWS).update(noted_at=at)
    return sum(note(activity, at=at) for activity in fresh.order_by("-pk")[:50])


def note(activity: Activity, *, at: datetime) -> int:
    """Send the short note about one post to those on the list whose day has not had one; give how many."""
    thing = followables.find(activity.thing_kind, activity.thing_id or 0)
    waiting = ByHand.objects.to(activity.thing_kind, activity.thing_id or 0).open()
    if thing is None or not thing.is_public or not waiting.exists():
        Activity.objects.filter(pk=activity.pk).update(noted_at=at)
        return 0
    mailing = outbox.prepare(
        "by_hand_note",
        dedupe_key=f"note:{activity.verb}:{activity.kind}:{activity.object_id}",
        context={
            "thing": thing,
            "accent": thing.accent,
            "activity": activity,
            "url": absolute(activity.url),
            "subscribe_url": absolute_url("notifications:by-hand-answer", outbox.KEY),
        },
        language=thing.language,
        from_name=thing.title,
        list_id=thing.list_id,
        leave_url=absolute_url("notifications:by-hand-leave", outbox.KEY),
        tell=announcing.facilitators_of(thing.community_id),
        gate=GATE,
    )
    with transaction.atomic():
        hold(activity.community_id)
        if not Activity.objects.filter(pk=activity.pk, noted_at=None).update(noted_at=at):
            return 0
        _due(waiting, at).update(noted_at=at, note_mailing_id=mailing.pk)
        chosen = ByHand.objects.filter(note_mailing_id=mailing.pk)
        return outbox.fill(mailing, chosen.recipients())


def _due(waiting: ByHandQuerySet, at: datetime) -> ByHandQuerySet:
    """Those whose address got no note, from any list, within the last day, and that mail may go to."""
    others = ByHand.objects.filter(address=OuterRef("address"), noted_at__gt=at - ONE_NOTE_EVERY)
    stopped = Subscriber.objects.filter(address=OuterRef("address")).exclude(suppressed_at=None, unreachable_at=None)
    subscribed = Subscription.objects.confirmed().filter(
        subscriber__address=OuterRef("address"), thing_kind=OuterRef("thing_kind"), thing_id=OuterRef("thing_id")
    )
    return waiting.filter(~Q(Exists(others)), ~Q(Exists(stopped)), ~Q(Exists(subscribed)))
