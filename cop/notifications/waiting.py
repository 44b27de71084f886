"""What waits for somebody to do something, beside what they are told of: shown on top of the bell, and counted in it.

    waiting.register("care", WaitingKind(rows=…, lines=…))

where `rows(user)` is a queryset with a row for each place to look at, not asked yet, or None where nothing can wait for
this person, and `lines(user)` names those places. Of all kinds together the bell asks by one query.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, Value

from cop.base.registries import Registry
from members.audiences import Reader
from members.models import User


@dataclass(frozen=True)
class Line:
    """One place where something waits: what to call it, where it is, and whose community's it is."""

    text: str
    url: str
    community: str


@dataclass(frozen=True)
class WaitingKind:
    """One sort of things that wait for people."""

    rows: Callable[[User], "QuerySet[Any] | None"]
    lines: Callable[[User], list[Line]]


kinds: Registry[WaitingKind] = Registry("what waits for people")


def register(name: str, kind: WaitingKind) -> None:
    """Let the bell say what waits."""
    kinds.register(name, kind)


def count_for(user: Reader) -> int:
    """Give in how many places something waits for somebody."""
    if not user.is_authenticated:
        return 0
    found = [rows for name in kinds if (rows := kinds[name].rows(user)) is not None]
    ones = [rows.order_by().values_list(Value(1)) for rows in found]
    return ones[0].union(*ones[1:], all=True).count() if ones else 0


def lines_for(user: User) -> list[Line]:
    """Name the places where something waits for somebody."""
    return [line for name in kinds for line in kinds[name].lines(user)]
