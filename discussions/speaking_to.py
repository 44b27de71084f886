"""Whom a message speaks to: those it names, the one it answers, those who said that they know about the matter."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.text import slugify

from cop.notifications.concerning import Concerned, Telling
from cop.notifications.models import Activity
from discussions.models import ReadMark, Reply, Topic
from members.audiences import Audience
from members.models import Membership
from members.profile_models import Profile, Seen

MOST_ASKED = 20
LONGEST_TAG = 3  # words


def of_reply(activity: Activity) -> Concerned:
    """Give whom a reply names, and whose message it answers."""
    reply = Reply.objects.filter(pk=activity.object_id).select_related("parent").first()
    if reply is None:
        return Concerned()
    above = reply.parent.author_id if reply.parent else None
    answered = frozenset({above} if above else ())
    return Concerned(mentioned=_named(reply), answered=answered)


def of_topic(activity: Activity) -> Concerned:
    """Give whom a topic's opening names, and for a question who could help."""
    topic = Topic.objects.filter(pk=activity.object_id).first()
    opening = topic.replies.order_by("path").first() if topic else None
    if topic is None or opening is None:
        return Concerned()
    could_help = who_could_help(topic) if topic.is_question else frozenset()
    return Concerned(mentioned=_named(opening), could_help=could_help)


def _named(message: Reply) -> frozenset[int]:
    return frozenset(message.mentions.values_list("user", flat=True))


def who_could_help(topic: Topic) -> frozenset[int]:
    """Give the members who may be asked about one of a question's tags, or of the words in its title."""
    slugs = {*topic.tags.slugs(), *_slugs_in(topic.title)}
    members = Membership.objects.taking_part().filter(community=topic.community_id)
    if topic.audience == Audience.FACILITATORS:
        members = members.facilitating()
    rows = Profile.objects.filter(ask_about__slug__in=slugs, user__in=members.values("user")).distinct()
    found = rows.order_by("-is_glad_to_be_asked", "pk").values_list("user", "seen_by")[:MOST_ASKED]
    return frozenset(pk for pk, seen_by in found if seen_by.get("ask_about", Seen.SHARING) != Seen.NOBODY)


def _slugs_in(title: str) -> set[str]:
    words = slugify(title).split("-")
    runs = range(1, LONGEST_TAG + 1)
    return {"-".join(words[at : at + run]) for run in runs for at in range(len(words) - run + 1)} - {""}


def readers_of_reply(activity: Activity) -> QuerySet[Any, Any]:
    """Give who has read so far."""
    return ReadMark.objects.filter(topic=activity.thing_id, up_to__gte=activity.object_id).values("user")


def readers_of_topics(users: Collection[int], since: datetime) -> Iterable[tuple[int, int]]:
    """Give which of some users have read which topics since a moment."""
    return ReadMark.objects.filter(user__in=users, at__gt=since).values_list("user", "topic")


REPLIES = Telling(of_reply, seen=readers_of_reply, is_part=True, is_mailed=True)
TOPICS = Telling(of_topic, is_mailed=True, is_tagged=True)
