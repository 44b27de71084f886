"""Outcomes: who wants to hear that an address refused a mail for good.

    outcomes.register("subscribers", count_failures)

where `count_failures(rows)` takes a list of (key, address, answer).
"""

from collections.abc import Callable

from cop.base.registries import Registry

Outcome = Callable[[list[tuple[str, str, str]]], None]

outcomes: Registry[Outcome] = Registry("outcomes")


def register(name: str, outcome: Outcome) -> None:
    """Let `outcome` hear of refusals."""
    outcomes.register(name, outcome)


def tell_refused(rows: list[tuple[str, str, str]]) -> None:
    """Tell everybody who registered."""
    for name in outcomes:
        outcomes[name](rows)
