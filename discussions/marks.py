"""How far somebody has read a topic, exactly, also where they read in another order than that of arrival."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Exists, OuterRef

from discussions.models import ReadMark, Reply, Topic
from members.models import User

# Of what was seen beyond the first gap, so much is remembered; more than this and the oldest of it is asked for again.
MOST_BEYOND = 1000
STEP = 500


def mark_read(topic: Topic, reply_ids: Collection[int], *, by: User) -> ReadMark:
    """Note that `by` has seen these replies of a topic; ids of other topics change nothing."""
    seen = set(topic.replies.filter(pk__in=list(reply_ids)[:STEP]).values_list("pk", flat=True))
    with transaction.atomic():
        mark, _new = ReadMark.objects.select_for_update().get_or_create(topic=topic, user=by)
        beyond = {pk for pk in {*mark.beyond, *seen} if pk > mark.up_to}
        mark.up_to = _reach(topic, mark.up_to, beyond, reader=by)
        mark.beyond = sorted(pk for pk in beyond if pk > mark.up_to)[-MOST_BEYOND:]
        mark.save()
    return mark


def mark_all_read(topic: Topic, *, by: User) -> None:
    """Note that `by` has seen all that there is of a topic."""
    last = topic.replies.order_by("-id").values_list("id", flat=True).first() or 0
    ReadMark.objects.update_or_create(topic=topic, user=by, defaults={"up_to": last, "beyond": []})


def _reach(topic: Topic, up_to: int, seen: set[int], *, reader: User) -> int:
    """Give the last reply, in the order of arrival, before the first one that was not seen; one's own are."""
    while True:
        following = topic.replies.filter(pk__gt=up_to).order_by("pk").values_list("pk", "author_id")[:STEP]
        count = 0
        for pk, author_id in following:
            if pk not in seen and author_id != reader.pk:
                return up_to
            up_to, count = pk, count + 1
        if count < STEP:
            return up_to


def first_unread(topic: Topic, *, reader: User) -> Reply | None:
    """Give the first reply of others, in the order of arrival, that `reader` has not seen; None where all is read."""
    mark = ReadMark.objects.filter(topic=topic, user=reader).first()
    rows = topic.replies.standing().exclude(author=reader).order_by("pk")
    if mark:
        rows = rows.filter(pk__gt=mark.up_to).exclude(pk__in=mark.beyond)
    return rows.only("pk", "topic_id").first()


def unread_topics(topics: Collection[Topic], *, reader: User) -> set[int]:
    """Give the ids of those topics that hold a reply of others that `reader` has not seen; two queries."""
    marks = dict(ReadMark.objects.filter(user=reader, topic__in=topics).values_list("topic_id", "beyond"))
    seen = {pk for beyond in marks.values() for pk in beyond}
    arrived = Reply.objects.standing().filter(topic=OuterRef("topic"), pk__gt=OuterRef("up_to"))
    unseen = Exists(arrived.exclude(author=reader).exclude(pk__in=seen))
    begun = ReadMark.objects.filter(unseen, user=reader, topic__in=marks) if marks else ReadMark.objects.none()
    return {topic.pk for topic in topics if topic.pk not in marks} | set(begun.values_list("topic_id", flat=True))
