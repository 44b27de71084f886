"""Looking for what needs care by the clock: what has waited, failed or been unreachable for long.

    sweeping.register("question", QUESTIONS, find)

where `find(at, after)` gives what waits now, by its number, from behind `after` on: at most AT_ONCE of it. It is asked
until there is no more. What no longer waits is settled by itself.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from cop.base.registries import Registry
from cop.moderation import caring
from cop.moderation.kinds import Act, CaseKind, Decision, Words, kinds
from cop.moderation.models import Case
from members.models import Community, User

logger = logging.getLogger(__name__)

AT_ONCE = 500


@dataclass(frozen=True)
class Found:
    """One thing that waits, since when, and whom it is about."""

    thing_id: int
    community: Community
    since: datetime
    about: User | None = None


Finding = Callable[[datetime, int], Sequence[Found]]
finders: Registry[Finding] = Registry("what is looked for by the clock")


def register(name: str, kind: CaseKind, find: Finding) -> None:
    """Let things of a kind be looked for every hour."""
    kinds.register(name, kind)
    finders.register(name, find)


def sweep(at: datetime | None = None) -> int:
    """Let wait what was found, and wait no longer what is over; give how many cases that opened."""
    at = at or timezone.now()
    count = 0
    for name in finders:
        try:
            count += sum(_open(name, found) for found in _batches(finders[name], at))
            _close(name)
        except Exception:  # One sort that fails must not hold up the others.
            logger.exception("What needs care was not looked for: %s", name)
    return count


def _batches(find: Finding, at: datetime) -> Iterator[Sequence[Found]]:
    """Give all that is found, batch by batch: however much waits, the last is looked at too."""
    after, is_more = 0, True
    while is_more:
        found = find(at, after)
        if found:
            yield found
            after = found[-1].thing_id
        is_more = len(found) >= AT_ONCE


def _open(name: str, found: Sequence[Found]) -> int:
    """Open cases for what has none, unless somebody settled it since it began to wait."""
    ids = [one.thing_id for one in found]
    rows = Case.objects.filter(kind=name, thing_id__in=ids)
    waiting = set(rows.open().values_list("thing_id", flat=True))
    settled = dict(rows.filter(settled_at__isnull=False).order_by().values_list("thing_id").annotate(Max("settled_at")))
    count = 0
    for one in found:
        if one.thing_id in waiting or (settled.get(one.thing_id) or one.since) > one.since:
            continue
        with transaction.atomic():
            caring.needs_care(name, one.thing_id, community=one.community, about=one.about, since=one.since)
        count += 1
    return count


def _close(name: str) -> None:
    """Settle what the kind no longer shows: it was answered, collected or reached meanwhile."""
    rows, after = Case.objects.open().filter(kind=name).order_by("pk").values_list("pk", "thing_id"), 0
    while batch := list(rows.filter(pk__gt=after)[:AT_ONCE]):
        after, ids = batch[-1][0], [thing_id for _pk, thing_id in batch]
        for gone in set(ids) - set(kinds[name].show(ids)):
            caring.settle(name, gone, by=None, outcome="over")


def nothing(_case: Case, _act: Act) -> None:
    """For a decision that only says that somebody has looked."""


def noted(label: Words, done: Words) -> Decision:
    """Give the decision that somebody has seen it and nothing more is to be done here."""
    return Decision("noted", label, nothing, done, key="l")
