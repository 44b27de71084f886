"""Things that can be flagged and moderated: each kind is registered by the app that has it.

    things.register("reply", ThingKind(words=_("a reply"), see=see_reply, show=show_replies, acts={What.HIDDEN: …}))

With it come the cases of flagged things of this kind.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from cop.base.registries import Registry
from cop.moderation.kinds import Around, Shown, Words
from members.audiences import Reader
from members.models import Community, User

if TYPE_CHECKING:
    from cop.moderation.action_models import ModerationAction


@dataclass(frozen=True)
class Thing:
    """One thing as it is now. `html` was cleaned when it was stored."""

    kind: str
    id: int
    community: Community
    title: str
    url: str
    text: str = ""
    html: str = ""
    author: User | None = None
    author_name: str = ""
    at: datetime | None = None
    is_hidden: bool = False
    around: tuple[Around, ...] = ()

    def shown(self, because: tuple[str, ...] = ()) -> Shown:
        """Give what a facilitator sees of it."""
        name = self.author.display_name if self.author else self.author_name
        return Shown(self.title, self.url, self.html or self.text, name, self.at, because, self.around)


@dataclass(frozen=True)
class Why:
    """The point of the guidelines that something was done for, words to the person, and when it ends by itself."""

    reason: str = ""
    words: str = ""
    until: datetime | None = None


@dataclass(frozen=True)
class Named:
    """What a thing is called today, and where it is."""

    title: str
    url: str


def _unnamed(_ids: Collection[int], _reader: Reader) -> Mapping[int, Named]:
    return {}


# Does it in a transaction of its own, records it, and tells whether it was new; `by` is None where flags did it.
Doing = Callable[[int, User | None, Why], bool]
# Takes back what a line of the log says; doing it twice does no harm. Raises Refused where it cannot be done any more.
Undoing = Callable[["ModerationAction", User, Why], object]


@dataclass(frozen=True)
class ThingKind:
    """One kind of thing.

    `see` gives a thing to a reader who may read it, or None; `show` looks at many at once, whoever asks, with a
    constant number of queries, and leaves out what is deleted. `named_to` says by which title and address a reader may
    know of things today, in one query: in the log that members read, all others have no name. `acts` is what can be
    done to it, by the names of `action_models.What`; `undoes` takes back what no other act is the opposite of.
    """

    words: Words
    flagged: Words
    see: Callable[[int, Reader], Thing | None]
    show: Callable[[Collection[int]], Mapping[int, Thing]]
    acts: Mapping[str, Doing] = field(default_factory=dict)
    undoes: Mapping[str, Undoing] = field(default_factory=dict)
    named_to: Callable[[Collection[int], Reader], Mapping[int, Named]] = _unnamed
    # What one is called to whose it is, and to others.
    yours: Words = "“%(title)s”"
    called: Words = "“%(title)s”"
    # Meant for few: a facilitator opens one that was flagged by itself, and that they did is written down.
    is_private: bool = False


kinds: Registry[ThingKind] = Registry("things that can be moderated")


def named_to(reader: Reader, pairs: Collection[tuple[str, int]]) -> dict[tuple[str, int], Named]:
    """Name those of some things, by kind and number, that a reader may know of today: one query for each kind."""
    ids: dict[str, set[int]] = defaultdict(set)
    for kind, thing_id in pairs:
        ids[kind].add(thing_id)
    found: dict[tuple[str, int], Named] = {}
    for kind, numbers in ids.items():
        if entry := kinds.get(kind):
            found |= {(kind, thing_id): named for thing_id, named in entry.named_to(numbers, reader).items()}
    return found


def find(kind: str, thing_id: int) -> Thing | None:
    """Give a thing whoever asks, or None where it is gone."""
    found = kinds.get(kind)
    return found.show([thing_id]).get(thing_id) if found else None
