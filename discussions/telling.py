"""Telling followers: a little after something was written, so that what is taken back at once is told to nobody."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from cop.base.links import absolute
from cop.mail.models import Mailing
from cop.markup.addressing import with_absolute_links
from cop.notifications import announcing, notifying
from cop.notifications.following import follow_first
from cop.notifications.models import Activity
from cop.notifications.notice_models import Reason
from discussions import following
from discussions.models import Reply, Topic
from members.models import User

logger = logging.getLogger(__name__)

# How long one's own message can be taken back before anybody was mailed.
UNDO = timedelta(minutes=2)
# Older than this nobody wants a mail about it: it waited for a site that was down for long.
STALE = timedelta(days=3)
AT_ONCE = 200


def tell_due(at: datetime | None = None) -> int:
    """Mail what was written more than UNDO ago to those who follow it; give how many copies that makes."""
    at = at or timezone.now()
    Reply.objects.filter(told_at=None, posted_at__lt=at - STALE).update(told_at=at)
    waiting = Reply.objects.filter(told_at=None, posted_at__lte=at - UNDO).order_by("posted_at", "pk")
    found = waiting.select_related("topic__community", "topic__forum", "author", "guest", "parent")
    return sum(_try(reply, at) for reply in found[:AT_ONCE])


def _try(reply: Reply, at: datetime) -> int:
    """Tell of one message; one that fails must not hold up the others."""
    try:
        return _tell(reply, at)
    except Exception:
        logger.exception("Nobody was told of reply %s; the next minute tries again", reply.pk)
        return 0


def threading_headers(topic: Topic) -> dict[str, str]:
    """Give the headers by which mail programs show all mails of a topic as one conversation."""
    root = f"<topic-{topic.pk}@{settings.SITE_HOST}>"
    return {"In-Reply-To": root, "References": root}


def _tell(reply: Reply, at: datetime) -> int:
    topic = reply.topic
    is_gone = reply.is_gone or topic.deleted_at or topic.hidden_at
    kind, pk = ("topic", topic.pk) if reply.is_opening else ("reply", reply.pk)
    stories = Activity.objects.standing().filter(kind=kind, object_id=pk).select_related("community")
    activity = None if is_gone else stories.first()
    if activity is None:
        Reply.objects.filter(pk=reply.pk, told_at=None).update(told_at=at)
        return 0
    notifying.notify(activity, at=at)
    for user in User.objects.filter(pk__in=reply.mentions.values("user"), is_active=True):
        follow_first(user, following.thing_of_topic(topic), at=at)
    mailing = _prepare(reply)
    in_person = {reason: _prepare(reply, reason) for reason in announcing.reasons_owed(activity)}
    with transaction.atomic():
        if not Reply.objects.filter(pk=reply.pk, told_at=None).update(told_at=at):
            return 0
        return announcing.announce(activity, mailing=mailing, in_person=in_person, spares_author=True)


def _prepare(reply: Reply, reason: Reason = Reason.FOLLOWING) -> Mailing:
    """Render the mail about a message, for those who are told of it for one reason."""
    topic, is_start = reply.topic, reply.is_opening
    thing = following.thing_of_forum(topic.forum) if is_start and topic.forum else following.thing_of_topic(topic)
    return announcing.prepare(
        "topic" if is_start else "reply",
        thing=thing,
        dedupe_key=f"reply:{reply.pk}" + ("" if reason == Reason.FOLLOWING else f":{reason.name.lower()}"),
        context={
            "topic": topic,
            "reply": reply,
            "reason": reason.name.lower(),
            "url": absolute(topic.get_absolute_url() if is_start else reply.get_absolute_url()),
            "body_html": with_absolute_links(reply.body_html),
        },
        from_name=f"{reply.author_name} · {topic.community.name}",
        about=f"reply:{reply.pk}",
        headers=threading_headers(topic),
    )
