"""Whom an activity concerns in person: each kind is registered by the app that has it, in its `AppConfig.ready()`.

    concerning.register("reply", Telling(find_concerned, is_part=True, is_mailed=True))

where `find_concerned(activity)` gives a `Concerned`. A kind that nobody registered concerns its followers and members.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from cop.base.registries import Registry

if TYPE_CHECKING:
    from cop.notifications.models import Activity


@dataclass(frozen=True)
class Concerned:
    """The ids of users whom something is said to; who may not read it, or did it, is left out later."""

    mentioned: frozenset[int] = field(default_factory=frozenset)
    answered: frozenset[int] = field(default_factory=frozenset)
    could_help: frozenset[int] = field(default_factory=frozenset)


def nobody(activity: "Activity") -> Concerned:
    """Concern nobody in person."""
    return Concerned()


@dataclass(frozen=True)
class Telling:
    """How activities of a kind are told.

    `seen` gives the ids of users who have read it already, before they could be told.
    `is_part`: it belongs to the thing it is in, as a reply to its topic, and is no news to who does not follow that.
    `is_mailed`: whoever follows the thing gets a mail of its own about it (`announcing`).
    `is_tagged`: its object is a row of the model of that name, and may bear tags that people follow.
    """

    find: Callable[["Activity"], Concerned] = nobody
    seen: "Callable[[Activity], QuerySet[Any, Any]] | None" = None
    is_part: bool = False
    is_mailed: bool = False
    is_tagged: bool = False


PLAIN = Telling()

kinds: Registry[Telling] = Registry("tellings")

# By the kind of a thing: which users have read which of them since a moment, as pairs of ids.
Readers = Callable[[Collection[int], datetime], Iterable[tuple[int, int]]]
readers: Registry[Readers] = Registry("readers of things")


def register(kind: str, telling: Telling) -> None:
    """Let activities of `kind` be told so."""
    kinds.register(kind, telling)


def tagged_kinds() -> list[str]:
    """Give the kinds whose objects may bear tags."""
    return [kind for kind in kinds if kinds[kind].is_tagged]


def bearer_of(activity: "Activity") -> tuple[str, int]:
    """Give the kind and number of what bears the tags of an activity: a reply's topic; ("", 0) where nothing can."""
    kind, number = activity.kind, activity.object_id
    if telling_of(activity).is_part:
        kind, number = activity.thing_kind, activity.thing_id or 0
    return (kind, number) if kind in tagged_kinds() else ("", 0)


def telling_of(activity: "Activity") -> Telling:
    """Give how an activity is told."""
    return kinds.get(activity.kind) or PLAIN
