"""Opening and changing forums."""

from django.db import transaction
from django.db.models import Count, Q
from taggit.models import Tag

from cop.agreements import moving
from cop.base.models import touch
from cop.notifications import activities
from cop.notifications.models import Activity
from cop.search import indexing
from discussions import following
from discussions.models import Forum, Topic
from members.audiences import Reader
from members.models import Community

TAGS_SUGGESTED = 60


def open_forum(forum: Forum) -> Forum:
    """Save a new forum, behind those that are there."""
    with transaction.atomic():
        last = Forum.objects.filter(community=forum.community).order_by("-position").first()
        forum.position = last.position + 1 if last else 0
        forum.save()
        touch(Community.objects.filter(pk=forum.community_id))
    return forum


def change_forum(forum: Forum) -> Forum:
    """Save a changed forum; where its audience changed, everything in it is read by the new one from now on."""
    with transaction.atomic():
        old = Forum.objects.select_for_update(no_key=True).get(pk=forum.pk)
        forum.save()
        if old.audience != forum.audience:
            topics = Topic.objects.filter(forum=forum)
            topics.update(audience=forum.audience)
            activities.change_audience(following.FORUM, forum.pk, audience=forum.audience)
            within = Activity.objects.filter(thing_kind=following.TOPIC, thing_id__in=topics.values("pk"))
            within.update(audience=forum.audience)
            indexing.change_audience(following.FORUM, forum.pk, audience=forum.audience)
            moving.change_audience(following.FORUM, forum.pk, audience=forum.audience)
        touch(Community.objects.filter(pk=forum.community_id))
    return forum


def tags_in(community: Community, *, reader: Reader) -> list[str]:
    """Give the tags of those topics of a community that `reader` may read, those used most first."""
    topics = Topic.objects.visible_to(reader).filter(community=community).values("pk")
    inside = Q(taggit_taggeditem_items__object_id__in=topics, taggit_taggeditem_items__content_type__model="topic")
    found = Tag.objects.filter(inside).annotate(times=Count("pk")).order_by("-times", "name")
    return list(found.values_list("name", flat=True)[:TAGS_SUGGESTED])
