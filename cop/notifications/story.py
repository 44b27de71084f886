"""A community's story, newest first: what belongs together, as the replies to a topic, is told in one line."""

from dataclasses import dataclass
from typing import Any

from cop.notifications import concerning
from cop.notifications.models import Activity
from members.models import Community

# So many of the newest lines are looked at: of a topic that everybody answers today, later ones still stand below it.
LOOKED_AT = 100


@dataclass(frozen=True)
class Told:
    """The newest line about a thing, and how many more there are about it among the newest."""

    newest: Activity
    more: int


def newest_in(community: Community, reader: Any, *, count: int) -> list[Told]:
    """Give what was told last in a community, as far as `reader` may know of it: at most `count` things. One query."""
    rows = Activity.objects.visible_to(reader).filter(community=community).select_related("by")
    about: dict[tuple[str, int], list[Activity]] = {}
    for activity in rows.order_by("-at", "-id")[:LOOKED_AT]:
        about.setdefault(_thing_of(activity), []).append(activity)
    return [Told(lines[0], len(lines) - 1) for lines in list(about.values())[:count]]


def _thing_of(activity: Activity) -> tuple[str, int]:
    if concerning.telling_of(activity).is_part and activity.thing_id:
        return activity.thing_kind, activity.thing_id
    return activity.kind, activity.object_id
