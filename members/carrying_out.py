"""Carrying out everywhere what somebody chose when they closed their account: step by step, batch by batch.

A run may be killed at any point: the next one goes on with the batch in hand, and to do a batch twice changes nothing.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from cop.base.registries import Registry
from members.closing_models import AccountClosing

logger = logging.getLogger(__name__)

# Does the next batch beyond a row's number; gives the number it got to, or None when there is no more.
Step = Callable[[AccountClosing, int], int | None]
steps: Registry[Step] = Registry("account closing steps")

# The index is tidied when nothing more is taken out of it; and the last of all waits until the mail that says that the
# account is closed has gone out.
LAST = ("words-in-the-index", "deliveries")
LEASE = timedelta(minutes=10)
# A task ends after some minutes: what is left then is done by the next ring.
SECONDS = 200
BATCH = 200


class NotYet(Exception):
    """A step has to wait for something; the next ring tries again."""


def carry_out_due(at: datetime | None = None, *, seconds: float = SECONDS) -> int:
    """Go on with all closings that are not carried out yet; give how many were finished."""
    at = at or timezone.now()
    until, count = timezone.now() + timedelta(seconds=seconds), 0
    for row in list(_open(at).order_by("pk").select_related("user")[:100]):
        if timezone.now() < until and _open(at).filter(pk=row.pk).update(held_until=timezone.now() + LEASE):
            row.refresh_from_db(fields=["done", "step", "cursor"])
            count += _try(row, until)
    return count


def _open(at: datetime) -> QuerySet[AccountClosing]:
    free = Q(held_until=None) | Q(held_until__lt=at)
    return AccountClosing.objects.filter(free, finished_at=None)


def _try(row: AccountClosing, until: datetime) -> bool:
    is_finished = False
    try:
        is_finished = _carry_out(row, until)
    except NotYet:
        logger.info("The closing %s waits at %s", row.pk, row.step)
    except Exception:
        # The next ring tries again; the other closings must not wait for this one.
        logger.exception("The closing %s stopped at %s", row.pk, row.step)
    if not is_finished:
        AccountClosing.objects.filter(pk=row.pk).update(held_until=None)
    return is_finished


def _carry_out(row: AccountClosing, until: datetime) -> bool:
    for name in sorted(steps, key=lambda name: LAST.index(name) if name in LAST else -1):
        if name in row.done:
            continue
        after: int | None = row.cursor if row.step == name else 0
        while after is not None:
            if timezone.now() >= until:
                return False
            after = steps[name](row, after)
            if after is not None:
                _keep(row, step=name, cursor=after, held_until=timezone.now() + LEASE)
        _keep(row, done=[*row.done, name], step="", cursor=0, held_until=timezone.now() + LEASE)
    _keep(row, name="", addresses=[], finished_at=timezone.now(), held_until=None)
    return True


def _keep(row: AccountClosing, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(row, name, value)
    AccountClosing.objects.filter(pk=row.pk).update(**changes)


def next_of(rows: QuerySet[Any], after: int, size: int = BATCH) -> list[int]:
    """Give the numbers of the next rows beyond one."""
    return list(rows.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:size])


def deleting(rows: Callable[[AccountClosing], QuerySet[Any]]) -> Step:
    """Give a step that deletes rows, batch by batch."""

    def step(closing: AccountClosing, after: int) -> int | None:
        found = rows(closing)
        ids = next_of(found, 0)
        found.model._base_manager.filter(pk__in=ids).delete()
        return ids[-1] if ids else None

    return step


def changing(rows: Callable[[AccountClosing], QuerySet[Any]], **changes: Any) -> Step:
    """Give a step that changes columns of rows, batch by batch."""

    def step(closing: AccountClosing, after: int) -> int | None:
        found = rows(closing)
        ids = next_of(found, after)
        found.model._base_manager.filter(pk__in=ids).update(**changes)
        return ids[-1] if ids else None

    return step
