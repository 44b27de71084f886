"""What changed between two texts, line by line, for a page to show."""

import difflib
from dataclasses import dataclass


@dataclass(frozen=True)
class Change:
    """One line of a comparison: `same`, `added` or `removed`."""

    kind: str
    text: str


def compare(before: str, after: str, *, around: int = 2) -> list[Change]:
    """Give the lines that differ, with a few around them; `gap` stands where lines are left out."""
    kinds = {" ": "same", "+": "added", "-": "removed"}
    changes = []
    for number, line in enumerate(difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=around)):
        if number < 2:  # The names of the two texts, which have none.
            continue
        changes.append(Change("gap", "") if line.startswith("@@") else Change(kinds[line[:1] or " "], line[1:]))
    return changes[1:] if changes and changes[0].kind == "gap" else changes
