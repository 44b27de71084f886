"""Which message answers which: by References and In-Reply-To; by subject only where a reply names nothing.

After Jamie Zawinski's description (jwz.org/doc/threading.html): an absent parent leaves its children as roots of their
own until it arrives; a loop is refused.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

SUBJECT_WINDOW = timedelta(days=30)


@dataclass(frozen=True)
class Node:
    """What threading looks at: an own key, the keys above (nearest last), subject without "Re:", date."""

    key: str
    references: tuple[str, ...]
    subject: str
    is_reply: bool
    date: datetime


def parents(nodes: Iterable[Node], *, known: Mapping[str, str | None] | None = None) -> dict[str, str | None]:
    """Give each node's parent by key, None for a root. `known` are messages that are there already, with theirs."""
    nodes = sorted(nodes, key=lambda node: (node.date, node.key))
    there = {node.key for node in nodes} | set(known or {})
    found: dict[str, str | None] = dict(known or {})
    roots: dict[str, tuple[str, datetime]] = {}
    for node in nodes:
        parent = next((key for key in reversed(node.references) if key in there and key != node.key), None)
        if parent is None and not node.references and node.is_reply and node.subject:
            root = roots.get(node.subject.casefold())
            parent = root[0] if root and node.date - root[1] <= SUBJECT_WINDOW else None
        if parent is not None and _is_loop(node.key, parent, found):
            parent = None
        found[node.key] = parent
        if parent is None and node.subject:
            roots[node.subject.casefold()] = (node.key, node.date)
    return {node.key: found[node.key] for node in nodes}


def _is_loop(key: str, parent: str, found: Mapping[str, str | None]) -> bool:
    above: str | None = parent
    while above is not None:
        if above == key:
            return True
        above = found.get(above)
    return False
