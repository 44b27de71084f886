"""What waits for somebody to do something, beside what they are told of: shown on top of the bell, and counted in it.

    waiting.register("care", WaitingKind(count=…, lines=…))

where `count(user)` costs one query and gives how many places to look at there are, and `lines(user)` names them.
"""

from collections.abc import Callable
from dataclasses import dataclass

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

    count: Callable[[User], int]
    lines: Callable[[User], list[Line]]


kinds: Registry[WaitingKind] = Registry("what waits for people")


def register(name: str, kind: WaitingKind) -> None:
    """Let the bell say what waits."""
    kinds.register(name, kind)


def count_for(user: Reader) -> int:
    """Give in how many places something waits for somebody."""
    return sum(kinds[name].count(user) for name in kinds) if user.is_authenticated else 0


def lines_for(user: User) -> list[Line]:
    """Name the places where something waits for somebody."""
    return [line for name in kinds for line in kinds[name].lines(user)]
