"""What needs care: it waits, somebody takes it in hand, it is settled."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone

from cop.moderation.kinds import kinds
from cop.moderation.models import Case
from members.models import Community, User

MOST_COUNTED = 99


def needs_care(
    kind: str,
    thing_id: int,
    *,
    community: Community,
    about: User | None = None,
    done_by: User | None = None,
    since: datetime | None = None,
    weight: int | None = None,
    is_made_now: bool = False,
) -> Case:
    """Let a thing wait for the facilitators of a community; one that waits already goes on waiting, as heavy at least.

    Call it in the transaction of the process that found it. `about` is whose thing it is, `done_by` who did what
    somebody objects to. A thing that `is_made_now`, in this transaction, cannot wait already.
    """
    weight = kinds[kind].weight if weight is None else weight
    found: dict[str, Any] = {"community": community, "about": about, "done_by": done_by, "weight": weight}
    found["since"] = since or timezone.now()
    if is_made_now:
        return Case.objects.create(kind=kind, thing_id=thing_id, **found)
    case, is_new = Case.objects.get_or_create(kind=kind, thing_id=thing_id, settled_at=None, defaults=found)
    if not is_new and weight < case.weight:
        Case.objects.filter(pk=case.pk).update(weight=weight)
        case.weight = weight
    return case


def settle(kind: str, thing_id: int, *, by: User | None, outcome: str) -> bool:
    """Say that a thing waits no longer, and what became of it; tell whether it waited.

    Call it in the process's transaction: what is approved, hidden or deleted on its own page waits no longer either.
    """
    return _settle(Case.objects.filter(kind=kind, thing_id=thing_id), by=by, outcome=outcome)


def settle_case(case: Case, *, by: User, outcome: str) -> bool:
    """Settle one case; tell whether it was open."""
    return _settle(Case.objects.filter(pk=case.pk), by=by, outcome=outcome)


def _settle(rows: QuerySet[Case], *, by: User | None, outcome: str) -> bool:
    now = timezone.now()
    return bool(rows.filter(settled_at=None).update(settled_at=now, settled_by=by, outcome=outcome, updated_at=now))


def claim(case: Case, *, by: User) -> bool:
    """Take a case in hand for some minutes; tell whether nobody else has it. Of two at once one gets it."""
    now = timezone.now()
    rows = Case.objects.claimable_by(by).filter(pk=case.pk)
    return bool(rows.update(claimed_by=by, claimed_at=now, updated_at=now))


def let_go(case: Case, *, by: User) -> bool:
    """Give back a case that one has in hand; tell whether it was in one's hands."""
    rows = Case.objects.open().filter(pk=case.pk, claimed_by=by)
    return bool(rows.update(claimed_by=None, claimed_at=None, updated_at=timezone.now()))


def waiting_count(community: Community, *, reader: User | None = None) -> int:
    """Give how many things wait in a community, for `reader` to decide where one is given.

    More than MOST_COUNTED is not counted on.
    """
    rows = Case.objects.open().filter(community=community)
    rows = rows.for_decider(reader) if reader else rows
    return rows[: MOST_COUNTED + 1].count()


def waiting_counts(communities: Collection[Community], *, reader: User) -> dict[int, int]:
    """Give how many things wait for `reader` to decide in each of some communities: one query."""
    rows = Case.objects.open().filter(community__in=communities).for_decider(reader)
    return dict(rows.order_by().values_list("community").annotate(Count("pk")))
