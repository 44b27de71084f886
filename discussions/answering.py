"""Questions: what answered them, and who has the same one."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from discussions.models import Reply, SameQuestion, Topic
from discussions.touching import touch_forums
from members.models import User


def accept(reply: Reply, *, by: User, at: datetime | None = None) -> bool:
    """Say that a reply answered its question, beside others that did; tell whether that was new."""
    at = at or timezone.now()
    with transaction.atomic():
        topic = Topic.objects.select_for_update(no_key=True).get(pk=reply.topic_id)
        row = Reply.objects.get(pk=reply.pk)
        if not topic.is_question or row.is_opening or row.is_gone:
            raise Refused(_("Only a reply that can be read answers a question."))
        if row.accepted_at:
            return False
        Reply.objects.filter(pk=row.pk).update(accepted_at=at, accepted_by=by)
        Topic.objects.filter(pk=topic.pk).update(answered_at=topic.answered_at or at, updated_at=at)
        touch_forums(topic.forum_id)
    return True


def unaccept(reply: Reply, *, by: User) -> bool:
    """Take that back; tell whether it was said."""
    with transaction.atomic():
        topic = Topic.objects.select_for_update(no_key=True).get(pk=reply.topic_id)
        taken = Reply.objects.filter(pk=reply.pk, accepted_at__isnull=False).update(accepted_at=None, accepted_by=None)
        if taken:
            reckon(topic)
    return bool(taken)


def reckon(topic: Topic) -> None:
    """Work out anew since when a question has an answer, after one was taken back, hidden or deleted."""
    first = topic.replies.standing().filter(accepted_at__isnull=False).order_by("accepted_at").first()
    answered_at = first.accepted_at if first else None
    Topic.objects.filter(pk=topic.pk).update(answered_at=answered_at, updated_at=timezone.now())
    touch_forums(topic.forum_id)


def have_same_question(topic: Topic, *, by: User) -> bool:
    """Say "me too"; tell whether that was new."""
    if not topic.is_question or topic.starter_id == by.pk:
        raise Refused(_("“Me too” is for questions that somebody else asked."))
    with transaction.atomic():
        _row, is_new = SameQuestion.objects.get_or_create(topic=topic, user=by)
        if is_new:
            _count(topic, 1)
    return is_new


def no_longer_same_question(topic: Topic, *, by: User) -> bool:
    """Take "me too" back; tell whether it was said."""
    with transaction.atomic():
        taken, _rows = SameQuestion.objects.filter(topic=topic, user=by).delete()
        if taken:
            _count(topic, -1)
    return bool(taken)


def _count(topic: Topic, more: int) -> None:
    counted = F("same_question_count") + more
    Topic.objects.filter(pk=topic.pk).update(same_question_count=counted, updated_at=timezone.now())
