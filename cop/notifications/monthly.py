"""The letter a month to those who stepped back from a community: what happened in it, and how to come back."""

from datetime import datetime, timedelta

from django.utils import timezone

from cop.mail import outbox
from cop.mail.models import Mailing
from cop.notifications import sparing
from cop.notifications.announcing import links
from cop.notifications.community_following import KIND, follow_as_members, thing_of
from cop.notifications.models import Activity, Pace, Subscription
from members.audiences import Audience
from members.models import Community, Membership

GATE = "monthly"
LINES = 12
# A machine that was off on the first sends it a few days later; after that the month goes without.
LAST_DAY = 4
FOR_MEMBERS = (Audience.PUBLIC, Audience.SIGNED_IN, Audience.COMMUNITY)


def send_due(at: datetime | None = None) -> int:
    """Write to those who stepped back, in the first days of a month (UTC), once; give how many letters that were."""
    at = at or timezone.now()
    if at.day > LAST_DAY:
        return 0
    resting = Membership.objects.active().filter(stepped_back_at__isnull=False)
    communities = Community.objects.alive().filter(pk__in=resting.values("community"))
    return sum(_send(community, at) for community in communities.order_by("pk"))


def _send(community: Community, at: datetime) -> int:
    month = (at.replace(day=1) - timedelta(days=1)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    happened = Activity.objects.standing().filter(
        community=community, audience__in=FOR_MEMBERS, at__gte=month, at__lt=at.replace(day=1, hour=0, minute=0)
    )
    found = list(happened.exclude(kind="reply").order_by("-at", "-pk")[: LINES * 2])
    replies = happened.filter(kind="reply").count()
    if not found and not replies:
        return 0
    follow_as_members(community, at=at)
    rows = Subscription.objects.to(KIND, community.pk).stepped_back().exclude(pace=Pace.MUTED)
    count = 0
    for share in sparing.shares([line.by_id for line in found], rows):
        lines = [line for line in found if line.by_id not in share.without][:LINES]
        if lines or replies:
            mailing = _prepare(community, month, lines, replies, share.without)
            count += outbox.fill(mailing, share.among(rows).reachable(at).recipients())
    return count


def _prepare(
    community: Community, month: datetime, lines: list[Activity], replies: int, without: frozenset[int]
) -> Mailing:
    thing, feet = thing_of(community), links()
    sparing_whom = "".join(f":{pk}" for pk in sorted(without))
    return outbox.prepare(
        "monthly_letter",
        dedupe_key=f"monthly:{community.pk}:{month:%Y-%m}{sparing_whom}",
        context={"thing": thing, "accent": thing.accent, "lines": lines, "replies": replies, "month": month, **feet},
        language=thing.language,
        from_name=thing.title,
        list_id=thing.list_id,
        leave_url=feet["leave_url"],
        gate=GATE,
    )
