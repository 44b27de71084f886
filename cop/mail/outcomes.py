"""Outcomes: who wants to hear that an address refused a mail, that a mail came back, or that somebody complained.

    outcomes.register("subscribers", count_failures)

where `count_failures(found)` takes a list of `Outcome`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from cop.base.registries import Registry

REFUSED, BOUNCE, COMPLAINT = "refused", "bounce", "complaint"


@dataclass(frozen=True)
class Outcome:
    """What happened to the copy with this key: refused at the door, come back later, or complained about."""

    key: str
    address: str
    words: str
    kind: str = REFUSED
    is_hard: bool = False


Listener = Callable[[list[Outcome]], None]

outcomes: Registry[Listener] = Registry("outcomes")


def register(name: str, listener: Listener) -> None:
    """Let `listener` hear of outcomes."""
    outcomes.register(name, listener)


def tell(found: list[Outcome]) -> None:
    """Tell everybody who registered."""
    for name in outcomes:
        outcomes[name](found)
