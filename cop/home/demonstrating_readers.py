"""The demo's readers: two years in which people came, did not press the button, left or could not be reached.

Made in bulk with the same rows that asking, confirming and leaving one by one would have left; nobody is mailed, and
nothing that was published before is owed to anybody.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import transaction
from django.db.models import F

from blogs.models import Blog
from cop.notifications import by_hand, confirming, owning, pacing
from cop.notifications.asking import DAYS_OPEN, words_for
from cop.notifications.followables import Thing, find
from cop.notifications.models import Change, How, Pace, State, Subscriber, Subscription, SubscriptionEvent
from cop.notifications.reminding import REMIND_AFTER
from members.models import Membership, User
from members.roles import Role

DAYS = 715
LIST_DAYS = 200
FORGOTTEN_DAYS = 30
UNDECIDED = timedelta(hours=60)
NETWORK = "192.0.2.0"  # of the block that is kept for documentation
CHANGED = ("unreachable_at", "failed_at", "failure", "hard_failures", "digest_weekday")
PACES = (Pace.WEEKLY, Pace.WEEKLY, Pace.WEEKLY, Pace.WEEKLY, Pace.EACH, Pace.EACH, Pace.DAILY)


def gather(files: Mapping[str, Any], *, blogs: Mapping[tuple[str, str], Blog], at: datetime) -> int:
    """Give readers to each public blog that has none yet; tell how many they are."""
    made = 0
    for (_community, slug), blog in blogs.items():
        plan = files["blogs"].get(slug)
        thing = find("blog", blog.pk) if plan else None
        if thing and not Subscription.objects.to(thing.kind, thing.id).exists():
            with transaction.atomic():
                made += _Gathering(thing, plan, files["addresses"], at).gather() + follow(thing)
    return made


def follow(thing: Thing) -> int:
    """Let everybody who belongs to a thing's community follow it from their account; tell how many they are."""
    belonging = Membership.objects.active().filter(community=thing.community_id).exclude(role=Role.FACILITATOR)
    made = 0
    for row in belonging.select_related("user"):
        if subscriber := owning.own(row.user, row.user.email):
            made += confirming.welcome(
                subscriber, thing, how=How.ACCOUNT, network=NETWORK, by=row.user, at=row.joined_at
            )
    return made


class _Gathering:
    """One blog's readers while they are made; chance has a seed, so that every demo looks alike."""

    def __init__(self, thing: Thing, plan: Mapping[str, Any], parts: Mapping[str, list[str]], at: datetime) -> None:
        self.thing, self.plan, self.parts, self.at = thing, plan, parts, at
        self.chance = Random(thing.title)  # noqa: S311 - nothing here is secret
        self.facilitator = User.objects.filter(
            memberships__community=thing.community_id, memberships__role="facilitator"
        ).earliest("memberships__joined_at")
        self.words = words_for(thing)
        self.newest = pacing.newest_of(thing.kind, thing.id)

    def gather(self) -> int:
        addresses = self._addresses(self.plan["listed"] + self.plan["asked"] + self.plan["by_hand"])
        by_hand.add(self.thing, [next(addresses) for _number in range(self.plan["by_hand"])], by=self.facilitator)
        subscribers = self._subscribers(list(addresses))
        ways = [How.LIST] * self.plan["listed"] + [How.FORM] * self.plan["asked"]
        pairs = zip(subscribers, ways, strict=True)
        subscriptions = [self._asked(subscriber, how) for subscriber, how in pairs]
        self._settle(subscriptions)
        Subscription.objects.bulk_create(subscriptions)
        SubscriptionEvent.objects.bulk_create(event for row in subscriptions for event in _events(row))
        Subscriber.objects.bulk_update(subscribers, CHANGED)
        # Lists are in the order in which rows were made.
        Subscription.objects.to(self.thing.kind, self.thing.id).update(created_at=F("asked_at"))
        return len(subscriptions)

    def _addresses(self, number: int) -> Iterator[str]:
        names = [f"{given}.{family}" for given in self.parts["given"] for family in self.parts["family"]]
        return (f"{name}@{self.chance.choice(self.plan['hosts'])}" for name in self.chance.sample(names, number))

    def _subscribers(self, addresses: list[str]) -> list[Subscriber]:
        """Give the subscribers of `addresses`; who has an account or came another way is there already."""
        rows = [Subscriber(address=address, timezone=self.chance.choice(self.parts["zones"])) for address in addresses]
        Subscriber.objects.bulk_create(rows, ignore_conflicts=True)
        return list(Subscriber.objects.filter(address__in=addresses).order_by("pk"))

    def _asked(self, subscriber: Subscriber, how: How) -> Subscription:
        """Give the subscription of somebody who asked in the first months (the old list) or at any time since."""
        if how == How.LIST:
            days = DAYS - LIST_DAYS * self.chance.random() ** 3
        else:
            days = DAYS_OPEN + 1 + (DAYS - DAYS_OPEN - 1) * self.chance.random()
        asked_at = self.at - timedelta(days=days)
        return Subscription(
            subscriber=subscriber,
            thing_kind=self.thing.kind,
            thing_id=self.thing.id,
            community_id=self.thing.community_id,
            pace=self.chance.choice(PACES),
            consent_words=self.words,
            consent_how=how,
            consent_network=NETWORK,
            added_by=self.facilitator if how == How.LIST else None,
            asked_at=asked_at,
            expires_at=asked_at + timedelta(days=DAYS_OPEN),
        )

    def _settle(self, rows: list[Subscription]) -> None:
        """Decide for each what came of it, as the plan counts."""
        fates = self.chance.sample(rows, len(rows))
        waiting, fates = self._take("waiting", fates)
        expired, fates = self._take("expired", fates)
        left, fates = self._take("left", fates)
        unreachable, confirmed = self._take("unreachable", fates)
        for row in waiting:
            self._remind(row, ago=self.chance.uniform(REMIND_AFTER.days + 1, DAYS_OPEN - 1))
        for row in expired:
            self._remind(row, ago=self.chance.uniform(DAYS_OPEN + 1, FORGOTTEN_DAYS))
        for row in left + unreachable + confirmed:
            self._confirm(row)
        for row in left:
            row.state = State.LEFT
            row.left_at = self.at - (self.at - row.asked_at - UNDECIDED) * self.chance.random()
        for row in unreachable:
            row.subscriber.unreachable_at = row.subscriber.failed_at = self.at - timedelta(
                days=self.chance.uniform(1, 9)
            )
            row.subscriber.failure = "550 5.1.1 No such user here"
            row.subscriber.hard_failures = 3
        for row in confirmed:
            row.subscriber.digest_weekday = self.chance.choice([0, 0, 4, 4, 5])
            row.digest_due_at = pacing.due_at(row, after=self.at)

    def _take(self, fate: str, rows: list[Subscription]) -> tuple[list[Subscription], list[Subscription]]:
        number = self.plan[fate]
        return rows[:number], rows[number:]

    def _remind(self, row: Subscription, *, ago: float) -> None:
        """Let somebody have asked so many days ago, and have had the one reminder."""
        row.asked_at = self.at - timedelta(days=ago)
        row.expires_at = row.asked_at + timedelta(days=DAYS_OPEN)
        row.reminded_at = row.asked_at + REMIND_AFTER
        row.pace = Pace.EACH

    def _confirm(self, row: Subscription) -> None:
        row.state = State.CONFIRMED
        row.confirmed_at = row.asked_at + UNDECIDED * self.chance.random() ** 2
        row.confirmed_network = NETWORK
        row.mailed_up_to = self.newest


def _events(row: Subscription) -> Iterator[SubscriptionEvent]:
    """Give what happened to a subscription, in the order in which it did."""
    moments = [
        (Change.ASKED, str(How(row.consent_how).label), row.asked_at),
        (Change.REMINDED, "", row.reminded_at),
        (Change.CONFIRMED, row.pace, row.confirmed_at),
        (Change.LEFT, "", row.left_at),
    ]
    for what, detail, moment in moments:
        if moment:
            yield SubscriptionEvent(
                subscriber_id=row.subscriber_id, subscription=row, what=what, detail=detail, at=moment
            )
    if failed_at := row.subscriber.unreachable_at:
        yield SubscriptionEvent(
            subscriber_id=row.subscriber_id, what=Change.UNREACHABLE, detail=row.subscriber.failure, at=failed_at
        )
