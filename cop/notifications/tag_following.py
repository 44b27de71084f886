"""Following and muting tags: what bears one, who chose something about it, and how that is read."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from cop.base.tags import tags_on
from cop.notifications import concerning
from cop.notifications.models import Pace, State, Subscription
from cop.notifications.tag_models import TAG, CommunityTag
from members.models import Community

if TYPE_CHECKING:
    from cop.notifications.models import Activity


def chosen_on(community_id: int, kind: str, number: int) -> list[CommunityTag]:
    """Give those tags of a thing about which anybody in its community chose something; one query."""
    rows = CommunityTag.objects.filter(community=community_id, tag__in=tags_on(kind, number))
    return list(rows.select_related("tag").order_by("tag__name"))


def chosen_of(activity: "Activity") -> list[CommunityTag]:
    """The same for what an activity tells of; a reply bears the tags of its topic."""
    kind, number = concerning.bearer_of(activity)
    return chosen_on(activity.community_id, kind, number) if kind else []


def followed_at_once(community_id: int, kind: str, number: int) -> list[CommunityTag]:
    """Give those tags of a thing that somebody follows and wants each mail of."""
    readers = Subscription.objects.confirmed().filter(thing_kind=TAG, thing_id=OuterRef("pk"), pace=Pace.EACH)
    rows = CommunityTag.objects.filter(Exists(readers), community=community_id, tag__in=tags_on(kind, number))
    return list(rows.select_related("tag").order_by("tag__name"))


def muted_by(tags: Collection[CommunityTag]) -> QuerySet[Any, Any]:
    """Give the users who muted any of some tags."""
    rows = Subscription.objects.filter(thing_kind=TAG, thing_id__in=[tag.pk for tag in tags])
    rows = rows.filter(Q(pace=Pace.MUTED, state=State.CONFIRMED), subscriber__user__isnull=False)
    return rows.values("subscriber__user")


def as_chosen(community: Community, tag_id: int) -> CommunityTag:
    """Give a tag of a community as something that somebody chooses about."""
    return CommunityTag.objects.select_related("tag", "community").get_or_create(community=community, tag_id=tag_id)[0]


def by_id(ids: Sequence[int]) -> dict[int, CommunityTag]:
    """Give tags with their names and communities, by id."""
    return CommunityTag.objects.select_related("tag", "community").in_bulk(ids)
