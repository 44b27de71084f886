"""Telling followers: a little after something was written, so that what is taken back at once is told to nobody.

A topic in which many write at once is told of when it is quiet for a moment, all in one mail.
"""

import logging
from collections import Counter, defaultdict
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from cop.base.links import absolute
from cop.mail.models import Mailing
from cop.markup.addressing import with_absolute_addresses, with_absolute_links
from cop.notifications import announcing, notifying
from cop.notifications.following import follow_first
from cop.notifications.models import Activity
from cop.notifications.policy_models import policy_of
from cop.notifications.tag_models import TAG, CommunityTag
from discussions import following
from discussions.mention_models import Mention
from discussions.models import Reply
from members.models import User

logger = logging.getLogger(__name__)

# How long one's own message can be taken back, or changed, before anybody was mailed.
UNDO = timedelta(minutes=settings.UNDO_MINUTES)
# So many replies within so short a time are a rush: it is told of when it pauses, or when it has gone on for long.
RUSH = 4
RUSH_WITHIN = timedelta(minutes=10)
PAUSE = timedelta(minutes=5)
RUSH_LASTS = timedelta(minutes=15)
# Older than this nobody wants a mail about it: it waited for a site that was down for long.
STALE = timedelta(days=3)
AT_ONCE = 200
TO_LIST = "list"


def tell_due(at: datetime | None = None) -> int:
    """Mail what was written more than UNDO ago to those who follow it; give how many copies that makes."""
    at = at or timezone.now()
    Reply.objects.filter(told_at=None, posted_at__lt=at - STALE).update(told_at=at)
    waiting = Reply.objects.filter(told_at=None, posted_at__lte=at - UNDO).order_by("posted_at", "pk")
    found = waiting.select_related("topic__community", "topic__forum", "author", "guest", "parent")
    by_topic: dict[int, list[Reply]] = defaultdict(list)
    for reply in found[:AT_ONCE]:
        by_topic[reply.topic_id].append(reply)
    told = Reply.objects.filter(topic__in=by_topic, told_at__gt=at - RUSH_WITHIN)
    lately = Counter(told.values_list("topic", flat=True))
    count = 0
    for topic_id, replies in by_topic.items():
        if len(replies) + lately[topic_id] < RUSH:
            count += sum(_try([reply], at) for reply in replies)
        elif replies[-1].posted_at <= at - PAUSE or replies[0].posted_at <= at - RUSH_LASTS:
            openings = [reply for reply in replies if reply.is_opening]
            rest = [reply for reply in replies if not reply.is_opening]
            count += sum(_try(group, at) for group in (openings, rest) if group)
    return count


def _try(replies: list[Reply], at: datetime) -> int:
    """Tell of some messages of one topic; those that fail must not hold up the others."""
    try:
        return _tell(replies, at)
    except Exception:
        logger.exception("Nobody was told of reply %s; the next minute tries again", replies[0].pk)
        return 0


def _tell(replies: list[Reply], at: datetime) -> int:
    topic = replies[0].topic
    shown = [] if topic.deleted_at or topic.hidden_at else [reply for reply in replies if not reply.is_gone]
    activities = {reply.pk: activity for reply in shown if (activity := activity_of(reply))}
    shown = [reply for reply in shown if reply.pk in activities]
    ids = [reply.pk for reply in replies]
    if not shown:
        Reply.objects.filter(pk__in=ids, told_at=None).update(told_at=at)
        return 0
    stories = [activities[reply.pk] for reply in shown]
    for activity in stories:
        notifying.notify(activity, at=at)
    called = Mention.objects.filter(reply__in=shown).values("user")
    for user in User.objects.filter(pk__in=called, is_active=True):
        follow_first(user, following.thing_of_topic(topic), at=at)
    mailing = prepare(shown)
    in_person = {reason: prepare(shown, reason.name.lower()) for reason in announcing.reasons_owed(stories)}
    by_tag = {tag: prepare(shown, TAG, tag) for tag in announcing.tags_owed(stories)}
    to_list = prepare(shown, TO_LIST) if announcing.has_list_readers(topic.community_id) else None
    with transaction.atomic():
        if not Reply.objects.filter(pk__in=ids, told_at=None).update(told_at=at):
            return 0
        return announcing.announce(
            *stories, mailing=mailing, in_person=in_person, by_tag=by_tag, to_list=to_list, spares_author=True
        )


def activity_of(reply: Reply) -> Activity | None:
    """Give the line of the community's story about a message, if it stands."""
    kind, pk = ("topic", reply.topic_id) if reply.is_opening else ("reply", reply.pk)
    rows = Activity.objects.standing().filter(kind=kind, object_id=pk)
    return rows.select_related("community").first()


def prepare(
    replies: list[Reply], reason: str = "", followed_tag: CommunityTag | None = None, again: str = ""
) -> Mailing:
    """Render the mail about a message, or about several of one topic, for those who are told of it for one reason.

    `again` tells a later mail about the same from the first one.
    """
    last = replies[-1]
    topic, is_start = last.topic, last.is_opening
    thing = following.thing_of_forum(topic.forum) if is_start and topic.forum else following.thing_of_topic(topic)
    name = "topic" if is_start else "reply" if len(replies) == 1 else "replies"
    first = replies[0]
    which = str(followed_tag.pk) if followed_tag else again
    why = f"{reason}:{which}" if which else reason
    return announcing.prepare(
        name,
        thing=thing,
        dedupe_key=":".join(
            ["reply", *(str(reply.pk) for reply in (first, last)[: len(replies)]), *filter(None, [why])]
        ),
        context={
            "topic": topic,
            "tag": policy_of(topic.community_id).subject_tag,
            "reply": first,
            "replies": [
                (one, with_absolute_addresses(one.body), with_absolute_links(one.body_html)) for one in replies
            ],
            "count": len(replies),
            "reason": reason,
            "followed_tag": followed_tag,
            "url": absolute(topic.get_absolute_url() if is_start else first.get_absolute_url()),
            "body": with_absolute_addresses(first.body),
            "body_html": with_absolute_links(first.body_html),
        },
        from_name=f"{first.author_name} · {topic.community.name}" if len(replies) == 1 else thing.title,
        about=f"reply:{last.pk}",
        headers=threading_headers(first, last),
    )


def threading_headers(reply: Reply, last: Reply | None = None) -> dict[str, str]:
    """Give the headers by which mail programs put a topic's messages together (RFC 5322, 3.6.4).

    Every copy of a message has the same Message-ID; `last` is the last of several messages in one mail.
    """
    if reply.is_opening:
        return {"Message-ID": message_id(reply)}
    root = _id("topic", reply.topic_id)
    above = [message_id(reply.parent)] if reply.parent else []
    if reply.parent and reply.parent.message_id:
        above.insert(0, f"<{reply.parent.message_id}>")  # Its writer has that one, in the folder of what was sent.
    return {
        "Message-ID": message_id(last or reply),
        "In-Reply-To": above[-1] if above else root,
        "References": " ".join(dict.fromkeys([root, *above])),
    }


def message_id(reply: Reply) -> str:
    """Give the Message-ID of a message's mails."""
    return _id("topic", reply.topic_id) if reply.is_opening else _id("reply", reply.pk)


def _id(kind: str, number: int) -> str:
    return f"<{kind}-{number}@{settings.SITE_HOST}>"
