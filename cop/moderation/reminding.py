"""Reminding: who is mailed about each case hears once a day of people who wait for more than a day to be let in.

Who chose one mail a day reads of them there, and who chose none is not reminded either.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from cop.base.links import absolute_url
from cop.mail import outbox
from cop.moderation import asking_to_join, care_following
from cop.moderation.models import Case
from cop.notifications.models import Pace, Subscription
from members.models import Community, Membership, MembershipState, User

AFTER = timedelta(days=1)
FROM_HOUR = 8
AT_ONCE = 500


def remind(at: datetime | None = None) -> int:
    """Mail facilitators, from eight in their morning, how many wait to be let in; give how many mails."""
    at = at or timezone.now()
    forgotten = Case.objects.open().filter(kind=asking_to_join.KIND, since__lte=at - AFTER)
    waiting = Count("memberships", filter=Q(memberships__state=MembershipState.REQUESTED))
    communities = Community.objects.filter(pk__in=forgotten.values("community"), archived_at=None)
    counts = {
        one.pk: one for one in communities.annotate(waiting=waiting).filter(waiting__gt=0).order_by("pk")[:AT_ONCE]
    }
    of_each = Subscription.objects.confirmed().filter(
        thing_kind=care_following.KIND,
        thing_id=OuterRef("community"),
        subscriber__user=OuterRef("user"),
        pace=Pace.EACH,
    )
    facilitators = Membership.objects.active().facilitating().filter(Exists(of_each), community__in=counts)
    rows = facilitators.select_related("user").order_by("pk")
    return sum(_remind(row.user, counts[row.community_id], at) for row in rows)


def _remind(user: User, community: Community, at: datetime) -> int:
    local = at.astimezone(ZoneInfo(user.timezone))
    if local.hour < FROM_HOUR:
        return 0
    outbox.send(
        "requests_waiting",
        to=user.email,
        dedupe_key=f"requests-waiting:{community.pk}:{user.pk}:{local:%Y-%m-%d}",
        context={
            "community": community,
            "count": community.waiting,  # type: ignore[attr-defined]
            "url": absolute_url("members:people", community.slug),
            "accent": community.accent,
        },
        language=user.language,
    )
    return 1
