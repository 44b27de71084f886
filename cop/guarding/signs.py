"""Signs that somebody is at home in a community: registered by the apps in which people write.

    signs.register("discussions", signs_of)

where `signs_of(user, community)` gives a `Signs`. Enough good ones, and somebody is new no longer.
"""

from collections.abc import Callable
from dataclasses import dataclass

from cop.base.registries import Registry
from members.models import Community, User


@dataclass(frozen=True)
class Signs:
    """How many of somebody's messages others thanked or accepted, how many were taken away lately, if any stand."""

    good: int = 0
    bad: int = 0
    has_published: bool = False


signs: Registry[Callable[[User, Community], Signs]] = Registry("signs of being at home")


def register(name: str, find: Callable[[User, Community], Signs]) -> None:
    """Let an app say how somebody's messages were taken."""
    signs.register(name, find)


def signs_of(user: User, community: Community) -> Signs:
    """Give all signs together."""
    found = [signs[name](user, community) for name in signs]
    return Signs(
        good=sum(one.good for one in found),
        bad=sum(one.bad for one in found),
        has_published=any(one.has_published for one in found),
    )
