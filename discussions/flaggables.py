"""Topics and replies as things that can be flagged and moderated."""

from collections import defaultdict
from collections.abc import Collection

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cop.markup.rendering import excerpt
from cop.moderation.action_models import What
from cop.moderation.kinds import Around
from cop.moderation.things import Named, Thing, ThingKind
from discussions import keeping_order
from discussions.models import Reply, Topic
from discussions.showing import thing_of_reply, thing_of_topic
from members.audiences import Reader

ANSWERS_SHOWN = 3


def see_reply(reply_id: int, reader: Reader) -> Thing | None:
    """Give a reply to whoever reads its words."""
    rows = Reply.objects.visible_to(reader).standing().select_related("topic__community", "author", "guest")
    found = rows.filter(pk=reply_id).first()
    return thing_of_reply(found) if found else None


def see_topic(topic_id: int, reader: Reader) -> Thing | None:
    """Give a topic to whoever reads it."""
    rows = Topic.objects.visible_to(reader).standing().select_related("community", "starter", "guest")
    found = rows.filter(pk=topic_id).first()
    return thing_of_topic(found) if found else None


def name_replies(ids: Collection[int], reader: Reader) -> dict[int, Named]:
    """Name replies by the topics they stand in, to whoever reads those: one query."""
    rows = Reply.objects.filter(pk__in=ids, topic__in=Topic.objects.visible_to(reader).standing())
    rows = rows.select_related("topic__community")
    return {row.pk: Named(row.topic.title or gettext("A reply"), row.topic.get_absolute_url()) for row in rows}


def name_topics(ids: Collection[int], reader: Reader) -> dict[int, Named]:
    """Name topics to whoever reads them: one query."""
    rows = Topic.objects.visible_to(reader).standing().filter(pk__in=ids).select_related("community")
    return {topic.pk: Named(topic.title, topic.get_absolute_url()) for topic in rows}


def show_replies(ids: Collection[int]) -> dict[int, Thing]:
    """Give replies with what they answer and what answers them: two queries."""
    rows = Reply.objects.filter(pk__in=ids, deleted_at=None, topic__deleted_at=None)
    rows = rows.select_related("topic__community", "author", "guest", "parent__author", "parent__guest")
    answers: dict[int, list[Reply]] = defaultdict(list)
    for answer in (
        Reply.objects.filter(parent__in=ids, deleted_at=None).select_related("author", "guest").order_by("pk")
    ):
        if answer.parent_id and len(answers[answer.parent_id]) < ANSWERS_SHOWN:
            answers[answer.parent_id].append(answer)
    return {row.pk: thing_of_reply(row, around=_around(row, answers[row.pk])) for row in rows}


def _around(reply: Reply, answers: list[Reply]) -> tuple[Around, ...]:
    near = [reply.parent, reply, *answers] if reply.parent else [reply, *answers]
    if len(near) == 1:
        return ()
    return tuple(
        Around(one.author_name, excerpt(one.text, 300), one.get_absolute_url(), one.posted_at, is_it=one is reply)
        for one in near
    )


def show_topics(ids: Collection[int]) -> dict[int, Thing]:
    """Give topics with the words they open with: two queries."""
    topics = list(Topic.objects.filter(pk__in=ids, deleted_at=None).select_related("community", "starter", "guest"))
    openings: dict[int, Reply] = {}
    for opening in Reply.objects.filter(topic__in=topics, parent=None).order_by("path"):
        openings.setdefault(opening.topic_id, opening)
    return {topic.pk: thing_of_topic(topic, openings.get(topic.pk)) for topic in topics}


REPLIES = ThingKind(
    words=_("a reply"),
    flagged=_("Flagged replies"),
    see=see_reply,
    show=show_replies,
    named_to=name_replies,
    acts={
        What.HIDDEN: keeping_order.hide_reply,
        What.SHOWN: keeping_order.show_reply,
        What.DELETED: keeping_order.delete_reply,
        What.RESTORED: keeping_order.restore_reply,
    },
    undoes={What.EDITED: keeping_order.undo_edit},
    yours=_("your reply in “%(title)s”"),
    called=_("a reply in “%(title)s”"),
)
TOPICS = ThingKind(
    words=_("a topic"),
    flagged=_("Flagged topics"),
    see=see_topic,
    show=show_topics,
    named_to=name_topics,
    acts={
        What.HIDDEN: keeping_order.hide_topic,
        What.SHOWN: keeping_order.show_topic,
        What.LOCKED: keeping_order.lock_topic,
        What.UNLOCKED: keeping_order.unlock_topic,
        What.DELETED: keeping_order.delete_topic,
        What.RESTORED: keeping_order.restore_topic,
    },
    undoes={What.EDITED: keeping_order.undo_rename, What.MOVED: keeping_order.undo_move},
)
