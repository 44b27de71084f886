"""What a search reads of topics and replies. A topic is found with the words it opens with."""

from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cop.base.tags import tags_by_id
from cop.search import indexing
from cop.search.models import SearchEntry, tag_line
from cop.search.searchables import Searchable
from discussions.following import FORUM
from discussions.models import Reply, Topic

TOPIC = "topic"
REPLY = "reply"


def topics_of(ids: Collection[int]) -> Iterator[SearchEntry]:
    """Give the entries of those topics of forums that were neither hidden, deleted nor merged into another."""
    topics = list(
        Topic.objects.standing()
        .filter(pk__in=ids, forum__isnull=False, merged_into=None)
        .select_related("community", "guest", "starter")
    )
    openings = Reply.objects.standing().filter(topic__in=topics, parent=None).order_by("-path")
    texts = dict(openings.values_list("topic_id", "text"))
    tags = tags_by_id(Topic, [topic.pk for topic in topics])
    for topic in topics:
        text = texts.get(topic.pk, "")
        yield SearchEntry(
            object_id=topic.pk,
            title=topic.title,
            text=f"{topic.summary}\n{text}" if topic.summary else text,
            tags=tag_line([name for _slug, name in tags.get(topic.pk, [])]),
            url=topic.get_absolute_url(),
            author_id=topic.starter_id,
            author_name="" if topic.starter_id else topic.starter_name,
            at=topic.started_at,
            **_where(topic),
        )


def replies_of(ids: Collection[int]) -> Iterator[SearchEntry]:
    """Give the entries of those replies that can be read; what a forum's topic opens with is found with the topic."""
    rows = Reply.objects.standing().filter(Q(parent__isnull=False) | Q(topic__forum=None), pk__in=ids)
    rows = rows.filter(topic__hidden_at=None, topic__deleted_at=None)
    for reply in rows.select_related("topic__community", "author", "guest"):
        yield SearchEntry(
            object_id=reply.pk,
            heading=reply.topic.title,
            text=reply.text,
            url=reply.get_absolute_url(),
            author_id=reply.author_id,
            author_name="" if reply.author_id else reply.author_name,
            at=reply.posted_at,
            **_where(reply.topic),
        )


def _where(topic: Topic) -> dict[str, Any]:
    return {
        "community": topic.community,
        "audience": topic.audience,
        "topic_id": topic.pk,
        "thing_kind": FORUM if topic.forum_id else "",
        "thing_id": topic.forum_id,
        "language": topic.community.language,
    }


def topics_after(after: int, size: int) -> list[int]:
    """Give the ids of the next topics."""
    return list(Topic.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:size])


def replies_after(after: int, size: int) -> list[int]:
    """Give the ids of the next replies."""
    return list(Reply.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:size])


TOPICS = Searchable(_("Topics"), read=topics_of, ids_after=topics_after)
REPLIES = Searchable(_("Replies"), read=replies_of, ids_after=replies_after)


def look_again(topic_id: int, *reply_ids: int) -> None:
    """Let a topic and these replies of it be found as they are now, or not at all where they are gone.

    Call it last in the transaction that changed them.
    """
    indexing.put(TOPIC, topic_id)
    if reply_ids:
        indexing.put(REPLY, *reply_ids)
