"""The demo's queue: what some members asked facilitators to look at. Nobody is mailed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from blogs.models import Post
from cop.moderation import asking_to_join, caring, flagging, things
from cop.moderation.flag_models import Flag
from cop.moderation.models import Case
from discussions.models import Reply
from members.models import Community, User


def flag(plans: Mapping[str, dict[str, Any]], *, people: Mapping[str, User], at: datetime) -> int:
    """Make the flags of communities in which nothing was ever flagged, and let who asks to join wait; give how many."""
    flagged = set(Flag.objects.values_list("community", flat=True))
    missing = Community.objects.filter(slug__in=plans).exclude(pk__in=flagged)
    count = sum(_flag(community, one, people, at) for community in missing for one in plans[community.slug]["flags"])
    asking_to_join.find_missed()
    # They were told when it happened, as far as the demo goes.
    Case.objects.filter(told_at=None).update(told_at=at)
    return count


@transaction.atomic
def _flag(community: Community, plan: dict[str, Any], people: Mapping[str, User], at: datetime) -> int:
    thing_id = _find(community, plan)
    thing = things.find(plan["kind"], thing_id) if thing_id else None
    if thing is None:
        return 0
    moment, by = at - timedelta(hours=plan["hours"]), people[plan["by"]]
    made = Flag.objects.create(
        community=community,
        kind=thing.kind,
        thing_id=thing.id,
        title=thing.title[:200],
        by=by,
        reason=plan["reason"],
        words=plan["words"],
        weight=flagging.weight_of(by, thing),
    )
    Flag.objects.filter(pk=made.pk).update(created_at=moment)
    caring.needs_care(f"flag-{thing.kind}", thing.id, community=community, about=thing.author, since=moment)
    return 1


def _find(community: Community, plan: dict[str, Any]) -> int | None:
    if plan["kind"] == "post":
        posts = Post.objects.filter(blog__community=community, title=plan["title"])
        return posts.values_list("pk", flat=True).first()
    replies = Reply.objects.filter(topic__community=community, body__startswith=plan["says"])
    return replies.values_list("pk", flat=True).first()
