"""Mails that are rendered once for many readers: who blocked somebody that one names gets it without those lines.

Nothing is rendered for one person: readers who blocked the same of the people named share a rendering.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from cop.notifications.querysets import SubscriptionQuerySet
from members.blocking_models import Block

# Where more were needed, all who blocked anybody get one, without everybody whom any of them blocked.
MOST_RENDERINGS = 20


@dataclass(frozen=True)
class Share:
    """Readers who get the same rendering, and whose lines stand not in it."""

    without: frozenset[int]
    users: frozenset[int]
    # Those who blocked nobody named are all but these.
    others: frozenset[int]

    def among(self, rows: SubscriptionQuerySet) -> SubscriptionQuerySet:
        """Give those of some subscriptions whose readers belong to this share."""
        if self.users:
            return rows.filter(subscriber__user__in=self.users)
        return rows.exclude(subscriber__user__in=self.others) if self.others else rows


def shares(named: Iterable[int | None], rows: SubscriptionQuerySet) -> list[Share]:
    """Part the readers of a mail by whom they blocked of those that it names; one query, and none where nobody is."""
    people = {pk for pk in named if pk}
    blocked: dict[int, set[int]] = defaultdict(set)
    if people:
        found = Block.objects.filter(blocked__in=people, user__in=rows.values("subscriber__user"))
        for user, other in found.values_list("user", "blocked"):
            blocked[user].add(other)
    users: dict[frozenset[int], set[int]] = defaultdict(set)
    for user, others in blocked.items():
        users[frozenset(others)].add(user)
    if len(users) > MOST_RENDERINGS:
        users = {frozenset().union(*users): set(blocked)}
    none = frozenset[int]()
    spared = [Share(without, frozenset(ids), none) for without, ids in users.items()]
    return [Share(none, none, frozenset(blocked)), *spared]
