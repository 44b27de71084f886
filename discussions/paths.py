"""The place of a reply in its tree, as text: its parent's place and a key of its own.

So a branch is a prefix, reading order is an index scan, and replies of one parent stand in the order of their moments.
Two writers at the same millisecond differ by chance letters; the table refuses the same place twice.
"""

import secrets
from datetime import UTC, datetime

ALPHABET = "0123456789abcdefghijklmnopqrstuv"
# Greater than every letter of a key in every collation: "path < prefix + AFTER" ends a branch.
AFTER = "z"
MOMENT_LENGTH = 9
CHANCE_LENGTH = 3
KEY_LENGTH = MOMENT_LENGTH + CHANCE_LENGTH
# What answers deeper than this stands beside its parent, under the same grandparent; it still says whom it answers.
DEEPEST = 40
PATH_LENGTH = KEY_LENGTH * DEEPEST
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def new_key(at: datetime) -> str:
    """Give a key for a reply of a moment; one of before 1970 stands first."""
    milliseconds = max(0, int((at - EPOCH).total_seconds() * 1000))
    moment = "".join(ALPHABET[(milliseconds >> (5 * place)) & 31] for place in reversed(range(MOMENT_LENGTH)))
    return moment + "".join(secrets.choice(ALPHABET) for _ in range(CHANCE_LENGTH))


def below(parent_path: str, at: datetime) -> str:
    """Give a place for a reply of a moment below `parent_path`; the empty text is the top."""
    room = parent_path if depth_of(parent_path) < DEEPEST else parent_path[:-KEY_LENGTH]
    return room + new_key(at)


def depth_of(path: str) -> int:
    """Give how many keys a path has: 1 for the message that a topic opens with."""
    return len(path) // KEY_LENGTH


def ancestors_of(path: str) -> list[str]:
    """Give the paths above, the top one first."""
    return [path[:end] for end in range(KEY_LENGTH, len(path), KEY_LENGTH)]
