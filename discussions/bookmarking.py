"""Bookmarks: replies to find again, and reminders of them by mail."""

import logging
from datetime import datetime

from django.utils import timezone

from cop.base.links import absolute
from cop.mail import outbox
from discussions.models import Bookmark, Reply
from members.models import User

logger = logging.getLogger(__name__)

AT_ONCE = 200


def keep(reply: Reply, *, by: User, remind_at: datetime | None = None) -> bool:
    """Keep a reply, and be reminded at a moment if one is given; tell whether it is new among the bookmarks."""
    _row, is_new = Bookmark.objects.update_or_create(
        reply=reply, user=by, defaults={"remind_at": remind_at, "reminded_at": None}
    )
    return is_new


def drop(reply: Reply, *, by: User) -> bool:
    """Keep it no longer; tell whether it was kept."""
    return bool(Bookmark.objects.filter(reply=reply, user=by).delete()[0])


def remind_due(at: datetime | None = None) -> int:
    """Mail the reminders that are due, each once, to those who may still read the reply; give how many."""
    at = at or timezone.now()
    due = Bookmark.objects.filter(remind_at__lte=at, reminded_at=None).select_related("user", "reply__topic__community")
    sent = 0
    for row in due.order_by("remind_at")[:AT_ONCE]:
        try:
            sent += _remind(row, at)
        except Exception:  # One reminder that cannot be made must not hold up the others.
            logger.exception("bookmark_not_reminded bookmark=%s", row.pk)
    return sent


def _remind(row: Bookmark, at: datetime) -> int:
    readable = row.user.is_active and Reply.objects.visible_to(row.user).standing().filter(pk=row.reply_id).exists()
    if readable:
        topic = row.reply.topic
        outbox.send(
            "bookmark",
            to=row.user.email,
            dedupe_key=f"bookmark:{row.pk}:{row.remind_at:%Y%m%d%H%M%S}",
            context={
                "reply": row.reply,
                "topic": topic,
                "url": absolute(row.reply.get_absolute_url()),
                "accent": topic.community.accent,
            },
            language=row.user.language,
        )
    Bookmark.objects.filter(pk=row.pk, reminded_at=None).update(reminded_at=at)
    return int(readable)
