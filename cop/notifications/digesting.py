"""Daily and weekly round-ups: nothing new, no mail; nothing twice; rendered once for all who get the same."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.utils import timezone

from cop.base.registries import Registry
from cop.mail import outbox
from cop.mail.models import Mailing
from cop.notifications import announcing, community_following, followables, sparing
from cop.notifications.followables import Thing
from cop.notifications.holding import hold
from cop.notifications.models import Activity, Digest, Subscription
from cop.notifications.querysets import SubscriptionQuerySet
from cop.notifications.slots import next_slot
from cop.notifications.sparing import Share
from cop.notifications.tag_models import TAG
from members.audiences import Audience

logger = logging.getLogger(__name__)

# What was recorded a moment ago may belong to a transaction with a lower id that is not committed yet.
SETTLED = timedelta(seconds=60)
SHOWN = 50
GROUPS_AT_ONCE = 500


@dataclass(frozen=True)
class Group:
    """Readers who are owed the same activities of a thing at the same hours: one mail, one claim, one next date."""

    thing_kind: str
    thing_id: int
    mailed_up_to: int
    owed_after: int | None
    owed_up_to: int | None
    pace: str
    subscriber__timezone: str
    subscriber__digest_weekday: int
    subscriber__digest_hour: int
    subscriber__language: str

    @property
    def thing(self) -> tuple[str, int]:
        """What they follow."""
        return self.thing_kind, self.thing_id

    def rows(self, at: datetime) -> SubscriptionQuerySet:
        """Those of the group that are due at a moment."""
        return _due(at).filter(**self.__dict__) if self.owed_after is not None else self._unowed(at)

    def _unowed(self, at: datetime) -> SubscriptionQuerySet:
        given = {name: value for name, value in self.__dict__.items() if value is not None}
        return _due(at).filter(owed_after=None, owed_up_to=None, **given)

    def next_due_at(self, at: datetime) -> datetime | None:
        """When the group's next digest is due."""
        return next_slot(
            at,
            pace=self.pace,
            timezone=self.subscriber__timezone,
            weekday=self.subscriber__digest_weekday,
            hour=self.subscriber__digest_hour,
        )


# Kinds of things whose round-ups are made elsewhere: community_digests, tag_digests, and what higher floors write.
otherwise: Registry[str] = Registry("round-ups made elsewhere")
otherwise.register(community_following.KIND, "community_digests")
otherwise.register(TAG, "tag_digests")
GROUPED_BY = tuple(Group.__dataclass_fields__)


def _due(at: datetime) -> SubscriptionQuerySet:
    return Subscription.objects.confirmed().filter(digest_due_at__lte=at).exclude(thing_kind__in=list(otherwise))


def send_due(at: datetime | None = None) -> int:
    """Fill a mailing for every group of readers whose digest is due at `at`; give how many readers get one.

    Two at once do no harm: a reader is claimed by moving their marks, in the transaction that fills the mailing.
    """
    at = at or timezone.now()
    groups = [Group(**row) for row in _due(at).values(*GROUPED_BY).order_by(*GROUPED_BY).distinct()[:GROUPS_AT_ONCE]]
    things = followables.find_all({group.thing for group in groups})
    return sum(_try(group, things.get(group.thing), at) for group in groups)


def _try(group: Group, thing: Thing | None, at: datetime) -> int:
    """Send to one group; one that fails must not hold up the others."""
    try:
        return _send(group, thing, at)
    except Exception:
        logger.exception("A round-up of %s %s was not made; the next minute tries again", *group.thing)
        return 0


def _send(group: Group, thing: Thing | None, at: datetime) -> int:
    """Mail one group what is new to it, and set its next date; a fixed number of queries for any number of readers."""
    new = list(_new_to(group, thing, at)) if thing else []
    letters: list[tuple[Share, Mailing, list[Activity]]] = []
    for share in sparing.shares([activity.by_id for activity in new], group.rows(at)):
        kept = [activity for activity in new if activity.by_id not in share.without]
        if thing and kept:
            letters.append((share, _prepare(thing, kept, group.subscriber__language, at), kept))
    with transaction.atomic():
        if thing:
            hold(thing.community_id)
        reached = sum(_claim(group, thing, *letter, at=at) for letter in letters) if thing else 0
        # Those who got nothing: there was nothing new, or they may not read it any more.
        group.rows(at).update(digest_due_at=group.next_due_at(at), owed_after=None, owed_up_to=None)
    return reached


def _new_to(group: Group, thing: Thing | None, at: datetime) -> Iterator[Activity]:
    """What the group has not been mailed, oldest first, without what fewer people may read than the thing itself."""
    rows = Activity.objects.on(group.thing_kind, group.thing_id).standing()
    if group.owed_up_to is not None:
        rows = rows.filter(pk__gt=group.owed_after, pk__lte=group.owed_up_to)
    else:
        rows = rows.filter(pk__gt=group.mailed_up_to, recorded_at__lte=at - SETTLED)
    widest_first = list(Audience.values)
    allowed = widest_first[: widest_first.index(thing.audience) + 1] if thing else []
    return rows.filter(audience__in=allowed).select_related("by").order_by("pk").iterator()


def _prepare(thing: Thing, new: list[Activity], language: str, at: datetime) -> Mailing:
    ids = sha256(",".join(str(activity.pk) for activity in new).encode()).hexdigest()[:16]
    content = f"{thing.kind}:{thing.id}:{new[0].pk}-{new[-1].pk}:{ids}:{language}"
    return announcing.prepare(
        "digest",
        thing=thing,
        # Content and hour: readers of another zone, hours later, get a mail with a date of their own.
        dedupe_key=f"digest:{content}:{at:%Y%m%d%H}",
        context={"activities": new[-SHOWN:][::-1], "count": len(new), "left_out": max(0, len(new) - SHOWN)},
        language=language,
    )


def _claim(group: Group, thing: Thing, share: Share, mailing: Mailing, new: list[Activity], *, at: datetime) -> int:
    readers = share.among(group.rows(at)).reachable(at).allowed(thing)
    marks: dict[str, object] = {"digest_mailing_id": mailing.pk, "digest_due_at": group.next_due_at(at)}
    if group.owed_up_to is not None:
        marks |= {"owed_after": None, "owed_up_to": None}
    else:
        marks["mailed_up_to"] = new[-1].pk
    if not readers.update(**marks):
        return 0
    Digest.objects.get_or_create(
        mailing_id=mailing.pk,
        defaults={
            "thing_kind": thing.kind,
            "thing_id": thing.id,
            "after_id": new[0].pk - 1,
            "up_to_id": new[-1].pk,
            "made_at": at,
        },
    )
    claimed = Subscription.objects.filter(digest_mailing_id=mailing.pk)
    return outbox.fill(mailing, claimed.recipients())
