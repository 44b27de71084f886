"""Somebody is named when a message that everybody was told of is changed: they hear of it, a little later, once."""

import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cop.notifications import naming_later
from cop.notifications.following import follow_first
from discussions import following, telling
from discussions.mention_models import Mention
from discussions.models import Reply
from members.models import User

logger = logging.getLogger(__name__)

AT_ONCE = 100


def tell_due(at: datetime | None = None) -> int:
    """Tell those who were named more than UNDO ago and stand there still; give how many mails that makes."""
    at = at or timezone.now()
    due = Mention.objects.filter(owed_at__lte=at - telling.UNDO).order_by("owed_at")
    ids = list(dict.fromkeys(due.values_list("reply", flat=True)[:AT_ONCE]))
    found = Reply.objects.filter(pk__in=ids).select_related(
        "topic__community", "topic__forum", "author", "guest", "parent"
    )
    return sum(_try(reply, at) for reply in found)


def _try(reply: Reply, at: datetime) -> int:
    """Tell of one message; one that fails must not hold up the others."""
    try:
        return _tell(reply, at)
    except Exception:
        logger.exception("Nobody was told who is named in reply %s; the next minute tries again", reply.pk)
        return 0


def _tell(reply: Reply, at: datetime) -> int:
    owed = reply.mentions.filter(owed_at__lte=at)
    named = list(owed.values_list("user", flat=True))
    is_gone = reply.is_gone or reply.topic.deleted_at or reply.topic.hidden_at
    activity = None if is_gone else telling.activity_of(reply)
    if activity is None:
        owed.update(owed_at=None)
        return 0
    mailing = None
    if naming_later.tell(activity, named, at=at):
        mailing = telling.prepare([reply], "mentioned", again=str(reply.version))
    for user in User.objects.filter(pk__in=named, is_active=True):
        follow_first(user, following.thing_of_topic(reply.topic), at=at)
    with transaction.atomic():
        if not owed.filter(user__in=named).update(owed_at=None):
            return 0
        return naming_later.announce(activity, mailing) if mailing else 0
