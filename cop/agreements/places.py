"""Where a commitment or a proposal was made: each kind of place is registered by the app that has it.

    places.register("topic", find_topic)

where `find_topic(id)` gives the `Place` of that topic, or None where there is none. The community itself needs none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db import models

from cop.base.registries import Registry
from members.audiences import Audience, Reader, facilitated_by, readable_by
from members.models import Community


@dataclass(frozen=True)
class Place:
    """A topic or an event in which something was agreed; `thing_kind` and `thing_id` name what carries its audience."""

    kind: str
    id: int
    title: str
    url: str
    community_id: int
    audience: str
    thing_kind: str = ""
    thing_id: int | None = None
    is_closed: bool = False


kinds: Registry[Callable[[int], Place | None]] = Registry("places of agreements")


def register(kind: str, find: Callable[[int], Place | None]) -> None:
    """Let commitments and proposals be made in places of `kind`."""
    kinds.register(kind, find)


def find(mark: str, community: Community) -> Place | None:
    """Give the place that a mark like `topic-12` names in a community, or None."""
    kind, _dash, number = mark.partition("-")
    look_up = kinds.get(kind)
    if look_up is None or not (number.isascii() and number.isdecimal() and len(number) <= 18):
        return None
    place = look_up(int(number))
    return place if place and place.community_id == community.pk else None


class PlacedQuerySet(models.QuerySet[Any]):
    """Questions about what was agreed somewhere; `whose` are the fields that say whose it is."""

    whose: tuple[str, ...] = ()

    def visible_to(self, user: Reader) -> Any:
        """Those whose audience `user` belongs to; what is hidden is read by whose it is, and by facilitators."""
        rows = self.filter(readable_by(user))
        if not user.is_authenticated:
            return rows.standing()
        if user.is_staff:
            return rows
        own = [models.Q(**{field: user.pk}) for field in self.whose]
        is_read = models.Q(hidden_at=None) | models.Q(community__in=facilitated_by(user))
        return rows.filter(reduce(or_, own, is_read))

    def told_to(self, user: Reader) -> Any:
        """Those that concern more than the two who arrange them, and that of these two."""
        return self

    def standing(self) -> Any:
        """Those that are not hidden."""
        return self.filter(hidden_at=None)

    def made_in(self, kind: str, place_id: int) -> Any:
        """Those made in one place."""
        return self.filter(place_kind=kind, place_id=place_id)


class Placed(models.Model):
    """A row that was made in a community, perhaps in a topic or an event of it, and is read by its audience."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+")
    audience = models.CharField(max_length=12, choices=Audience, default=Audience.COMMUNITY)
    place_kind = models.CharField(max_length=20, blank=True)
    place_id = models.BigIntegerField(null=True, blank=True)
    place_title = models.CharField(max_length=300, blank=True)
    place_url = models.CharField(max_length=500, blank=True)
    thing_kind = models.CharField(max_length=20, blank=True)
    thing_id = models.BigIntegerField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


def fields_of(place: Place | None) -> dict[str, Any]:
    """Give what a row keeps of its place."""
    if place is None:
        return {}
    return {
        "audience": place.audience,
        "place_kind": place.kind,
        "place_id": place.id,
        "place_title": place.title[:300],
        "place_url": place.url,
        "thing_kind": place.thing_kind,
        "thing_id": place.thing_id,
    }
