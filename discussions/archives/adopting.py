"""Putting a thread below the message that it answers: when that arrives late, or because a facilitator says so."""

from django.db import transaction
from django.db.models import CharField, F, Max, Value
from django.db.models.functions import Concat, Length
from django.utils import timezone

from discussions import finding
from discussions.archives.models import ArchivedMessage
from discussions.models import Forum, Reply, Topic
from discussions.moderating import recount, retell
from discussions.paths import PATH_LENGTH
from discussions.touching import touch_forums


def adopt_waiting(forum: Forum) -> int:
    """Put every thread of a forum below the message that it awaits, where that is there now; give how many."""
    waiting = ArchivedMessage.objects.filter(forum=forum, reply__parent=None).exclude(awaits="").select_related("reply")
    keys = set(waiting.values_list("awaits", flat=True))
    arrived = {
        row.key: row.reply
        for row in ArchivedMessage.objects.filter(forum=forum, key__in=keys).select_related("reply__topic")
        if row.reply
    }
    count = 0
    for row in waiting:
        parent = arrived.get(row.awaits)
        if row.reply and parent and adopt(row.reply, parent):
            ArchivedMessage.objects.filter(pk=row.pk).update(awaits="")
            count += 1
    return count


def adopt(opening: Reply, parent: Reply) -> bool:
    """Make a topic, by the message it opens with, a branch below `parent`; False for a loop, or where that is too deep.

    The topic's old address leads to where it went.
    """
    with transaction.atomic():
        source = Topic.objects.select_for_update(no_key=True).get(pk=opening.topic_id)
        row = Reply.objects.select_related("topic").get(pk=parent.pk)
        target = Topic.objects.select_for_update(no_key=True).get(pk=row.topic_id)
        deepest = source.replies.aggregate(most=Max(Length("path")))["most"] or 0
        if source.pk == target.pk or deepest + len(row.path) > PATH_LENGTH:
            return False
        source.replies.filter(parent=None).update(parent=row)
        source.replies.update(topic=target, path=Concat(Value(row.path), F("path"), output_field=CharField()))
        now = timezone.now()
        Topic.objects.filter(pk=source.pk).update(merged_into=target, deleted_at=now, reply_count=0)
        recount(target)
        retell(source)
        retell(target)
        finding.look_again(source.pk)
        finding.look_again(target.pk, *target.replies.branch(row.path).values_list("pk", flat=True))
        touch_forums(source.forum_id, target.forum_id)
    return True
