"""What is said to somebody in person: mentions, answers, questions they could help with; a line for each community.

It is something to follow like any other, so that it has a pace, a line on one's page, and a way to leave.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from cop.notifications.community_following import subscribe_all
from cop.notifications.followables import Thing
from cop.notifications.models import Pace, Subscription
from members.audiences import Audience
from members.models import Community, User

KIND = "personal"


def thing_of(community: Community) -> Thing:
    """Give what is said to one in a community as something that everybody with an account has."""
    return Thing(
        kind=KIND,
        id=community.pk,
        title=_("What is said to you in %(community)s") % {"community": community.name},
        url=community.get_absolute_url(),
        community_id=community.pk,
        community_name=community.name,
        community_slug=community.slug,
        accent=community.accent,
        audience=Audience.SIGNED_IN,
        language=community.language,
        list_id=f"<personal.{community.slug}.{settings.SITE_HOST}>",
        is_archived=community.is_archived,
        paces=(Pace.EACH, Pace.MUTED),
    )


def find_personal(ids: Collection[int]) -> dict[int, Thing]:
    """Give the things of those communities that still exist."""
    return {community.pk: thing_of(community) for community in Community.objects.filter(pk__in=ids)}


def begin(users: Iterable[User], community: Community, *, at: datetime) -> int:
    """Let users who never chose get each mail that is said to them in a community; give how many are new."""
    users = list(users)
    have = Subscription.objects.to(KIND, community.pk).filter(subscriber__user__in=users)
    known = set(have.values_list("subscriber__user", flat=True))
    missing = [user for user in users if user.pk not in known]
    if not missing:
        return 0
    return subscribe_all(missing, thing_of(community), pace=Pace.EACH, words=_("Was spoken to."), at=at)
