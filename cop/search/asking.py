"""Reading what somebody typed into the search field: every text is a question, none is an error."""

import re
from dataclasses import dataclass, replace

from cop.search.indexing import tidy

LENGTH = 200
MOST_TERMS = 12
PREFIX_FROM = 2
# A sign, a filter's name, and either what stands in quotes (to the end, if they are never closed) or the next word.
# Phones and word processors put these in place of the plain one.
QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
PART = re.compile(r'(?P<sign>-?)(?:(?P<filter>tag|by|in):)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))', re.IGNORECASE)


@dataclass(frozen=True)
class Term:
    """A word or a phrase that is to stand in the text (`is_unwanted`: not); a prefix stands for how words begin."""

    text: str
    is_phrase: bool = False
    is_prefix: bool = False
    is_unwanted: bool = False


@dataclass(frozen=True)
class Question:
    """What was asked: terms, and the values of the filters. `is_any`: one wanted term is enough."""

    terms: tuple[Term, ...] = ()
    tags: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    is_any: bool = False

    @property
    def wanted(self) -> tuple[Term, ...]:
        """The terms that are to stand in the text."""
        return tuple(term for term in self.terms if not term.is_unwanted)

    @property
    def unwanted(self) -> tuple[Term, ...]:
        """The terms that are not to stand in the text."""
        return tuple(term for term in self.terms if term.is_unwanted)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked for: words to leave out alone would find nearly everything."""
        return not (self.wanted or self.tags or self.by or self.inside)

    @property
    def has_filters(self) -> bool:
        """Whether a filter narrows it."""
        return bool(self.tags or self.by or self.inside)

    def with_any(self) -> "Question":
        """The same where one wanted word is enough, with phrases read as words."""
        words = [replace(term, text=word, is_phrase=False) for term in self.wanted for word in term.text.split()]
        return replace(self, terms=(*(word for word in words if _counts(word.text)), *self.unwanted), is_any=True)


def read(text: str) -> Question:
    """Read what was typed: words, "phrases", -unwanted words, tag:, by: and in:. The last word may be unfinished."""
    text = tidy(text)[:LENGTH].translate(QUOTES)
    terms: list[Term] = []
    filters: dict[str, list[str]] = {"tag": [], "by": [], "in": []}
    last = None
    for found in PART.finditer(text):
        value = (found["phrase"] if found["phrase"] is not None else found["word"]).strip()
        if not _counts(value):
            continue
        if found["filter"]:
            filters[found["filter"].lower()].append(value.lstrip("#"))
        elif len(terms) < MOST_TERMS:
            terms.append(Term(value, is_phrase=found["phrase"] is not None, is_unwanted=bool(found["sign"])))
            last = found
    if last and last.end() == len(text) and last["word"] and not last["sign"] and len(last["word"]) >= PREFIX_FROM:
        terms[-1] = replace(terms[-1], is_prefix=True)
    return Question(tuple(terms), tuple(filters["tag"]), tuple(filters["by"]), tuple(filters["in"]))


def _counts(text: str) -> bool:
    """Whether an index could know it: signs and emoji alone are in none."""
    return any(char.isalnum() for char in text)
