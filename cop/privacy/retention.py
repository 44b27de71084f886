"""Deleting what has been kept for long enough: one nightly task over the rules that apps register.

How long each kind is kept stands in `settings.KEEP_DAYS` under its rule's name; 0 keeps it for good. A run that was
killed goes on where it was: what is old is found again, and what was counted stays counted.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise

from cop.base.registries import Registry
from cop.privacy.models import Cleaning

logger = logging.getLogger(__name__)

AT_ONCE = 1000
# A task ends after some minutes: what is left then is done by the next ring.
SECONDS = 200
LEASE = timedelta(minutes=10)


@dataclass(frozen=True)
class Rule:
    """What is deleted when its time is over: in words, and how (before a moment, so many at once)."""

    what: str | Promise
    forget: Callable[[datetime, int], int]


rules: Registry[Rule] = Registry("retention rules")


def delete_some(rows: QuerySet[Any], limit: int, *, order: str = "pk") -> int:
    """Delete the first of some rows with all that hangs on them; give how many of these went."""
    ids = list(rows.order_by(order).values_list("pk", flat=True)[:limit])
    rows.model._default_manager.filter(pk__in=ids).delete()
    return len(ids)


def days_of(name: str) -> int:
    """Give for how many days what a rule is about is kept; 0 for ever."""
    return int(settings.KEEP_DAYS[name])


def run(at: datetime | None = None, *, seconds: float = SECONDS) -> dict[str, int]:
    """Let each rule delete what is due, once a day; give how many rows went, by rule."""
    at = at or timezone.now()
    began = timezone.now()
    done = {}
    for name in rules:
        if days_of(name) and (timezone.now() - began).total_seconds() < seconds and (row := _claim(name, at)):
            done[name] = _clean(row, at, until=began + timedelta(seconds=seconds))
    return done


def _claim(name: str, at: datetime) -> Cleaning | None:
    """Give this day's row of a rule, unless it is done or somebody else is at it."""
    row, _is_new = Cleaning.objects.get_or_create(
        rule=name, day=at.date(), defaults={"days": days_of(name), "began_at": at}
    )
    free = Cleaning.objects.filter(Q(held_until=None) | Q(held_until__lt=at), pk=row.pk, ended_at=None)
    return row if free.update(held_until=at + LEASE, days=days_of(name)) else None


def _clean(row: Cleaning, at: datetime, *, until: datetime) -> int:
    """Delete batch by batch, each counted at once."""
    before = at - timedelta(days=days_of(row.rule))
    mine, total, ended = Cleaning.objects.filter(pk=row.pk), 0, None
    try:
        while timezone.now() < until:
            count = rules[row.rule].forget(before, AT_ONCE)
            total += count
            mine.update(count=F("count") + count, held_until=timezone.now() + LEASE)
            if not count:
                ended = timezone.now()
                break
        mine.update(ended_at=ended, held_until=None, problem="")
    except Exception as error:
        # One rule that fails must not keep the others from what the law asks.
        logger.exception("What is old was not deleted: %s", row.rule)
        mine.update(held_until=None, problem=f"{type(error).__name__}: {error}"[:300])
    return total


def forget_cleanings(before: datetime, limit: int) -> int:
    """Delete lines of the log itself."""
    return delete_some(Cleaning.objects.filter(day__lt=before.date()), limit, order="day")
