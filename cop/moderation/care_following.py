"""What needs care, as something that a community's facilitators follow by mail: with a pace, a line, a way to leave."""

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from cop.notifications.community_following import subscribe_all
from cop.notifications.followables import Thing
from cop.notifications.models import Pace, Subscription
from members.audiences import Audience
from members.models import Community, User

KIND = "care"


def thing_of(community: Community) -> Thing:
    """Give what needs care in a community as something that its facilitators, and they alone, follow."""
    return Thing(
        kind=KIND,
        id=community.pk,
        title=_("What needs care in %(community)s") % {"community": community.name},
        url=f"{community.get_absolute_url()}care/",
        community_id=community.pk,
        community_name=community.name,
        community_slug=community.slug,
        accent=community.accent,
        audience=Audience.FACILITATORS,
        language=community.language,
        list_id=f"<care.{community.slug}.{settings.SITE_HOST}>",
        is_archived=community.is_archived,
        paces=(Pace.EACH, Pace.DAILY, Pace.MUTED),
    )


def find_care(ids: Collection[int]) -> dict[int, Thing]:
    """Give the things of those communities that still exist."""
    return {community.pk: thing_of(community) for community in Community.objects.filter(pk__in=ids)}


def begin(community: Community, *, at: datetime) -> int:
    """Let each facilitator who never chose otherwise be told by mail; give how many are new."""
    following = Subscription.objects.to(KIND, community.pk).exclude(subscriber__user=None).values("subscriber__user")
    rows = community.memberships.active().facilitating().exclude(user__in=following).select_related("user")
    users: list[User] = [row.user for row in rows]
    if not users:
        return 0
    return subscribe_all(users, thing_of(community), pace=Pace.EACH, words=_("Facilitates the community."), at=at)
