"""Kinds of cases: what can wait for a facilitator, how it is shown, and what can be decided about it.

    kinds.register("held", CaseKind(words=_("First posts"), show=show_held, decisions=(APPROVE, DECLINE)))

Each app registers the kinds of its own things. The page, the keyboard and answers by mail go through the same
decisions.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.functional import Promise

from cop.base.registries import Registry

if TYPE_CHECKING:
    from cop.moderation.models import Case
    from members.models import User

Words = str | Promise


@dataclass(frozen=True)
class Around:
    """One of the things next to what waits: what was written just before it, or just after."""

    who: str
    text: str
    url: str = ""
    at: datetime | None = None
    # What was flagged or held among them, so that a reader sees where it stands.
    is_it: bool = False


@dataclass(frozen=True)
class Part:
    """A text that belongs to what waits, with a heading: what it was about, what stood there before."""

    heading: Words
    text: str


@dataclass(frozen=True)
class Shown:
    """What a facilitator sees of a thing that waits. `html` was cleaned when it was stored; a plain text is escaped."""

    title: str
    url: str = ""
    html: str = ""
    author: str = ""
    at: datetime | None = None
    # Why it waits, a sentence each.
    because: tuple[str, ...] = ()
    around: tuple[Around, ...] = ()
    # Its words stand on the page of its case alone, and who reads them there is written down.
    is_private: bool = False
    parts: tuple[Part, ...] = ()
    # Names of decisions that cannot be made about this one.
    without: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Act:
    """Who decides a case, for which point of the guidelines, with which words to the person, and until when."""

    by: "User"
    reason: str = ""
    words: str = ""
    until: datetime | None = None


@dataclass(frozen=True)
class Decision:
    """Something that can be decided about a case.

    `act` does it, outside of a transaction, and may be called twice: it tells nothing and raises Refused where it
    cannot be done. `key` is one letter. What `wants_reason` names a point of the community's guidelines, what
    `wants_until` ends by itself.
    """

    name: str
    label: Words
    act: Callable[["Case", Act], object]
    done: Words
    key: str = ""
    wants_reason: bool = False
    wants_words: bool = False
    wants_until: bool = False
    is_grave: bool = False
    # Done on the pages alone, by somebody signed in: no link or answer by mail does it in their name.
    is_signed_in_only: bool = False
    # What else it is called by in the first line of an answer by mail, as a pattern ("yes|accept"); its name always is.
    said: str = ""


@dataclass(frozen=True)
class CaseKind:
    """One kind of case. `show` looks at many things at once, by their ids, with a constant number of queries.

    What `show` leaves out is gone, and the case can be put away. `weight`: 1 cannot wait, 3 can. What `is_personal` is
    about what somebody wrote or did: they neither decide about it nor read who asked for that.
    """

    words: Words
    show: Callable[[Collection[int]], Mapping[int, Shown]]
    decisions: tuple[Decision, ...]
    weight: int = 2
    is_personal: bool = False


kinds: Registry[CaseKind] = Registry("kinds of cases")


def personal() -> list[str]:
    """Give the names of the kinds about which those concerned do not decide."""
    return [name for name in kinds if kinds[name].is_personal]


def register(name: str, kind: CaseKind) -> None:
    """Let things of a kind wait for facilitators."""
    kinds.register(name, kind)
