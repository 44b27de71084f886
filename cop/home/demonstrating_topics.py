"""The demo's conversations, dated back; nobody is mailed about them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from cop.notifications.models import Activity
from discussions import answering, thanking, writing
from discussions.models import Forum, Reply, Topic
from discussions.writing import Writer
from members.models import Community, User


def talk(plans: Mapping[str, Any], *, slugs: set[str], people: Mapping[str, User], at: datetime) -> int:
    """Open the forums and begin the topics that are missing in these communities; give how many topics that were."""
    communities = {community.slug: community for community in Community.objects.filter(slug__in=slugs)}
    forums = {
        (slug, name): Forum.objects.get_or_create(
            community=community, slug=name, defaults={**plan, "position": number}
        )[0]
        for slug, community in communities.items()
        for number, (name, plan) in enumerate(plans["forums"].get(slug, {}).items())
    }
    there = set(Topic.objects.filter(forum__in=forums.values()).values_list("forum", "title"))
    new = [
        (plan, forum)
        for plan in plans["topics"]
        if (forum := forums.get((plan["community"], plan["forum"]))) and (forum.pk, plan["title"]) not in there
    ]
    for plan, forum in sorted(new, key=lambda pair: -pair[0]["days"]):
        _begin(plan, forum, people, at)
    return len(new)


@transaction.atomic
def _begin(plan: dict[str, Any], forum: Forum, people: Mapping[str, User], at: datetime) -> None:
    moment = (at - timedelta(days=plan["days"])).replace(hour=9, minute=12)
    topic = writing.start_topic(
        title=plan["title"],
        body=plan["body"].strip(),
        kind=plan["kind"],
        tags=plan["tags"],
        by=Writer(user=people[plan["author"]]),
        forum=forum,
        at=moment,
        is_vetted=True,
    )
    said: list[Reply] = [topic.replies.get()]
    for one in plan["replies"]:
        moment += timedelta(hours=one["after"], minutes=17)
        row = writing.reply(
            topic,
            body=one["body"],
            by=Writer(user=people[one["by"]]),
            parent=said[one.get("to", 0)],
            at=min(moment, at),
            is_vetted=True,
        )
        said.append(row)
        for key in one.get("thanks", []):
            thanking.thank(row, by=people[key])
        if one.get("accepted"):
            answering.accept(row, by=people[plan["author"]], at=min(moment + timedelta(hours=1), at))
    topic.replies.update(told_at=at)
    rows = Activity.objects.filter(kind__in=["topic", "reply"], object_id__in=[topic.pk, *(row.pk for row in said)])
    rows.filter(community=forum.community).update(recorded_at=moment)
