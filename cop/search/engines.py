"""What an engine answers: which of some entries match, and with what in them."""

from dataclasses import dataclass
from typing import Protocol

from cop.search.asking import Question
from cop.search.models import SearchEntryQuerySet

# More matches than these newest ones are not weighed against each other: a word that is everywhere says little.
MOST = 2000
# These stand around hits in what an engine gives back; no entry's text holds them.
HIT, HIT_END = "\x01", "\x02"


@dataclass(frozen=True)
class Match:
    """An entry that matches; `rank` and `at` (microseconds) are whole numbers, so that a page's mark can hold them."""

    id: int
    rank: int
    at: int


class Engine(Protocol):
    """A database's way of full-text search."""

    def matches(self, rows: SearchEntryQuerySet, question: Question, *, most: int = MOST) -> list[Match]:
        """Give the newest `most` of `rows` that match, in no order."""

    def similar(self, rows: SearchEntryQuerySet, question: Question, *, most: int) -> list[int]:
        """Give the ids of those of `rows` whose titles hold most of the question's words, the nearest first."""

    def marked(self, ids: list[int], question: Question) -> dict[int, tuple[str, str]]:
        """Give the title and an excerpt of entries, with HIT and HIT_END around hits."""
