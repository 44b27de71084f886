"""Round-ups of followed tags: what a tag alone brought to a reader, so that nothing comes twice, nor what was read."""

import logging
from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from cop.mail import outbox
from cop.notifications import announcing, followables
from cop.notifications.followables import Thing
from cop.notifications.holding import hold
from cop.notifications.models import Activity, Subscription
from cop.notifications.notice_models import MailState, Notification
from cop.notifications.querysets import SubscriptionQuerySet
from cop.notifications.slots import next_slot
from cop.notifications.tag_models import TAG
from members.blocking_models import Block

logger = logging.getLogger(__name__)

BATCH = 2000
SHOWN = 50
# Nobody wants to hear of more than that, after a long pause.
LOOKS_BACK = timedelta(days=30)


def send_due(at: datetime | None = None) -> int:
    """Mail every round-up of a tag that is due at `at`; give how many readers get one. Safe to run twice."""
    at = at or timezone.now()
    count, last = 0, 0
    while batch := list(_due(at).filter(pk__gt=last).order_by("pk").select_related("subscriber")[:BATCH]):
        last = batch[-1].pk
        try:
            count += _send_batch(batch, at)
        except Exception:  # One batch that fails must not hold up the others.
            logger.exception("Round-ups of tags were not made; the next minute tries again")
    return count


def _due(at: datetime) -> SubscriptionQuerySet:
    return Subscription.objects.confirmed().filter(thing_kind=TAG, digest_due_at__lte=at)


def _send_batch(batch: list[Subscription], at: datetime) -> int:
    """Mail some readers; who is owed the same of a tag shares a mailing."""
    things = followables.find_all({(TAG, row.thing_id) for row in batch})
    told = _told(batch, things, at)
    letters: dict[tuple[int, str, tuple[int, ...]], list[Subscription]] = defaultdict(list)
    for row in batch:
        if owed := told.get(row.pk):
            letters[row.thing_id, row.subscriber.language, tuple(owed)].append(row)
    count = 0
    for (tag_id, language, ids), rows in letters.items():
        count += _send(things[TAG, tag_id], language, ids, rows, at)
    _set_next(batch, at)
    return count


def _told(batch: list[Subscription], things: dict[tuple[str, int], Thing], at: datetime) -> dict[int, list[int]]:
    """Give what each reader was told of by a tag, has not read, and may read today: ids by that of the subscription."""
    users = {row.subscriber.user_id for row in batch}
    rows = Notification.objects.filter(user__in=users, tag__in={row.thing_id for row in batch}, read_at=None)
    rows = rows.filter(mail=MailState.ROUND_UP, at__gt=at - LOOKS_BACK, activity__withdrawn_at=None)
    rows = rows.exclude(Exists(Block.objects.filter(user=OuterRef("user"), blocked=OuterRef("activity__by"))))
    owed: dict[tuple[int | None, int | None], list[tuple[int, str]]] = defaultdict(list)
    fields = ("user", "tag", "activity", "activity__audience")
    for user, tag, activity, audience in rows.order_by("activity").values_list(*fields):
        owed[user, tag].append((activity, audience))
    audiences = {audience for ids in owed.values() for _activity, audience in ids}
    readers = {audience: _allowed(batch, things, audience, at) for audience in audiences}
    return {
        row.pk: [pk for pk, audience in owed[row.subscriber.user_id, row.thing_id] if row.pk in readers[audience]]
        for row in batch
        if (row.subscriber.user_id, row.thing_id) in owed
    }


def _allowed(
    batch: list[Subscription], things: dict[tuple[str, int], Thing], audience: str, at: datetime
) -> Collection[int]:
    """Give the ids of those subscriptions whose readers belong to an audience and can be reached."""
    found: set[int] = set()
    for (_kind, tag_id), thing in things.items():
        own = [row.pk for row in batch if row.thing_id == tag_id]
        rows = Subscription.objects.filter(pk__in=own).reachable(at).allowed(replace(thing, audience=audience))
        found.update(rows.values_list("pk", flat=True))
    return found


def _send(thing: Thing, language: str, ids: tuple[int, ...], rows: list[Subscription], at: datetime) -> int:
    """Mail one letter: its readers are claimed by moving their marks, in the transaction that fills the mailing."""
    new = list(Activity.objects.filter(pk__in=ids[-SHOWN:]).select_related("by").order_by("-pk"))
    content = sha256(repr(ids).encode()).hexdigest()[:24]
    mailing = announcing.prepare(
        "digest",
        thing=thing,
        dedupe_key=f"digest:{TAG}:{thing.id}:{content}:{language}:{at:%Y%m%d%H}",
        context={"activities": new, "count": len(ids), "left_out": max(0, len(ids) - SHOWN)},
        language=language,
    )
    with transaction.atomic():
        hold(thing.community_id)
        claimed = _due(at).filter(pk__in=[row.pk for row in rows])
        if not claimed.update(digest_mailing_id=mailing.pk, digest_due_at=None):
            return 0
        readers = Subscription.objects.filter(digest_mailing_id=mailing.pk)
        count = outbox.fill(mailing, readers.recipients())
        told = Notification.objects.filter(activity__in=ids, tag=thing.id, mail=MailState.ROUND_UP)
        told.filter(user__in=readers.values("subscriber__user")).update(mail=MailState.SENT, mailing_id=mailing.pk)
    return count


def _set_next(batch: list[Subscription], at: datetime) -> None:
    """Set when each reader's next round-up is due; a few queries for the whole batch."""
    newest = Activity.objects.aggregate(last=Max("pk"))["last"] or 0
    by_time: dict[tuple[str, str, int, int], list[int]] = defaultdict(list)
    for row in batch:
        reader = row.subscriber
        by_time[row.pace, reader.timezone, reader.digest_weekday, reader.digest_hour].append(row.pk)
    for (pace, zone, weekday, hour), ids in by_time.items():
        due = next_slot(at, pace=pace, timezone=zone, weekday=weekday, hour=hour)
        rows = Subscription.objects.confirmed().filter(pk__in=ids, pace=pace)
        rows.update(digest_due_at=due, mailed_up_to=newest, owed_after=None, owed_up_to=None)
