"""What can be followed: each kind is registered by the app that has it, in its `AppConfig.ready()`.

    followables.register("blog", find_blogs)

where `find_blogs(ids)` gives a `Thing` for each blog of those ids that still exists.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from cop.base.registries import Registry
from members.audiences import Audience, Reader
from members.standing import standing_of


@dataclass(frozen=True)
class Thing:
    """What pages and mails say about something that can be followed. `url` is a path of this site."""

    kind: str
    id: int
    title: str
    url: str
    community_id: int
    community_name: str
    community_slug: str
    accent: str
    audience: str = Audience.PUBLIC
    language: str = "en"
    list_id: str = ""
    is_archived: bool = False
    paces: tuple[str, ...] = ("each", "daily", "weekly", "muted")
    # Whether leaving an address is enough to follow it; otherwise a button of its own does, for an account.
    takes_addresses: bool = True

    @property
    def is_public(self) -> bool:
        """Whether everybody on the web may read it, and so follow it without an account."""
        return self.audience == Audience.PUBLIC


Find = Callable[[Collection[int]], dict[int, Thing]]

kinds: Registry[Find] = Registry("followables")


def register(kind: str, find: Find) -> None:
    """Let things of `kind` be followed."""
    kinds.register(kind, find)


def find(kind: str, thing_id: int) -> Thing | None:
    """Give one thing, or None where there is none (any more)."""
    look_up = kinds.get(kind)
    return look_up([thing_id]).get(thing_id) if look_up else None


def find_all(keys: Collection[tuple[str, int]]) -> dict[tuple[str, int], Thing]:
    """Give the things of several (kind, id) pairs, with one look-up for each kind."""
    found = {}
    for kind in {kind for kind, _id in keys}:
        look_up = kinds.get(kind)
        things = look_up([thing_id for other, thing_id in keys if other == kind]) if look_up else {}
        found.update({(kind, thing_id): thing for thing_id, thing in things.items()})
    return found


def may_read(user: Reader, thing: Thing) -> bool:
    """Whether `user` belongs to the thing's audience."""
    return standing_of(user).may_read(thing.audience, thing.community_id)
