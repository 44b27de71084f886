"""What followers of a forum or a topic see of it in mails and on their own pages."""

from collections.abc import Collection
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.urls import reverse

from cop.notifications import tag_following
from cop.notifications.followables import Thing
from cop.notifications.models import Pace
from cop.notifications.tag_models import TAG, CommunityTag
from discussions.models import Forum, Topic
from members.audiences import Audience
from members.models import Community

FORUM = "forum"
TOPIC = "topic"


def thing_of_forum(forum: Forum) -> Thing:
    """Give a forum as something to follow: its followers hear of each new topic."""
    return _thing(FORUM, forum.pk, forum.name, forum.get_absolute_url(), forum.community, forum.audience, forum.slug)


def thing_of_topic(topic: Topic) -> Thing:
    """Give a topic as something to follow: its followers get each reply."""
    room = topic.forum.slug if topic.forum else "comments"
    paces = (Pace.EACH, Pace.DAILY, Pace.MUTED)
    url = topic.get_absolute_url()
    return _thing(TOPIC, topic.pk, topic.title, url, topic.community, topic.audience, room, paces=paces)


def thing_of_tag(chosen: CommunityTag) -> Thing:
    """Give a tag of a community as something to follow: each new topic and post that bears it.

    Who may read none of what bears it must not learn of it: so it is followed by its button alone.
    """
    community, audience = chosen.community, list(Audience.values)
    widest = max(Audience.SIGNED_IN, community.audience, key=audience.index)
    url = f"{reverse('discussions:discussions', args=[community.slug])}?tag={quote(chosen.tag.slug)}"
    return _thing(TAG, chosen.pk, f"#{chosen.name}", url, community, widest, "tags", takes_addresses=False)


def find_tags(ids: Collection[int]) -> dict[int, Thing]:
    """Give the things of tags about which somebody chose something."""
    return {pk: thing_of_tag(chosen) for pk, chosen in tag_following.by_id(list(ids)).items()}


def _thing(
    kind: str, pk: int, title: str, url: str, community: Community, audience: str, room: str, **more: Any
) -> Thing:
    return Thing(
        kind=kind,
        id=pk,
        title=title,
        url=url,
        community_id=community.pk,
        community_name=community.name,
        community_slug=community.slug,
        accent=community.accent,
        audience=audience,
        language=community.language,
        list_id=f"<{room}.{community.slug}.{settings.SITE_HOST}>",
        is_archived=community.is_archived,
        **more,
    )


def find_forums(ids: Collection[int]) -> dict[int, Thing]:
    """Give the things of those forums that still exist."""
    rows = Forum.objects.filter(pk__in=ids).select_related("community")
    return {forum.pk: thing_of_forum(forum) for forum in rows}


def find_topics(ids: Collection[int]) -> dict[int, Thing]:
    """Give the things of those topics that are neither deleted nor hidden."""
    rows = Topic.objects.standing().filter(pk__in=ids).select_related("community", "forum")
    return {topic.pk: thing_of_topic(topic) for topic in rows}
