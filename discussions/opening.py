"""Opening and changing forums."""

from django.db import transaction
from django.utils import timezone

from cop.agreements import moving
from cop.base.models import touch
from cop.notifications import activities
from cop.notifications.models import Activity
from cop.search import indexing
from discussions import carrying_files, following
from discussions.models import Forum, Topic
from members.models import Community


def open_forum(forum: Forum) -> Forum:
    """Save a new forum, behind those that are there."""
    with transaction.atomic():
        last = Forum.objects.filter(community=forum.community).order_by("-position").first()
        forum.position = last.position + 1 if last else 0
        forum.save()
        touch(Community.objects.filter(pk=forum.community_id))
    return forum


def shift_forum(forum: Forum, *, down: bool) -> bool:
    """Let a forum and its neighbour in the list of forums change places; tell whether it had one."""
    with transaction.atomic():
        Community.objects.select_for_update(no_key=True).get(pk=forum.community_id)
        order = list(Forum.objects.filter(community=forum.community_id).order_by("archived_at", "position", "name"))
        order = [row for row in order if row.is_archived == forum.is_archived]
        here = next((number for number, row in enumerate(order) if row.pk == forum.pk), -1)
        there = here + (1 if down else -1)
        if here < 0 or not 0 <= there < len(order):
            return False
        order[here], order[there] = order[there], order[here]
        for position, row in enumerate(order):
            row.position = position
        Forum.objects.bulk_update(order, ["position"])
        touch(Community.objects.filter(pk=forum.community_id))
    return True


def set_archived(forum: Forum, is_archived: bool) -> bool:
    """Keep a forum for reading only, or let people write in it again; tell whether that is new."""
    at = timezone.now() if is_archived else None
    with transaction.atomic():
        rows = Forum.objects.filter(pk=forum.pk, archived_at__isnull=is_archived)
        changed = bool(rows.update(archived_at=at, updated_at=timezone.now()))
        touch(Community.objects.filter(pk=forum.community_id))
    return changed


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
            carrying_files.follow(topics, community_id=forum.community_id, audience=forum.audience)
        touch(Community.objects.filter(pk=forum.community_id))
    return forum
