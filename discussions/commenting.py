"""Comments: topics outside of all forums, about something of another app, and for whoever may read that."""

from django.db.models import QuerySet

from cop.agreements import moving
from cop.notifications.models import Activity
from cop.search import indexing
from discussions import carrying_files, finding, following
from discussions.models import Reply, Topic
from members.models import Community


def begin(*, title: str, about_url: str, community: Community, audience: str) -> Topic:
    """Make the topic that holds the comments on what is at `about_url`: it has no opening message of its own.

    Call it in the transaction that keeps the topic at what it is about.
    """
    return Topic.objects.create(
        community=community, audience=audience, title=title[:200], slug="comments", about_url=about_url
    )


def change_audience(topics: QuerySet[Topic], *, audience: str) -> int:
    """Let topics be read by what they are about has as its audience now; give how many that changed."""
    changed = dict(topics.exclude(audience=audience).values_list("pk", "community"))
    ids = list(changed)
    if not ids:
        return 0
    Topic.objects.filter(pk__in=ids).update(audience=audience)
    Activity.objects.filter(thing_kind=following.TOPIC, thing_id__in=ids).update(audience=audience)
    moving.carry(following.TOPIC, ids, audience=audience, thing_id=None)
    replies = list(Reply.objects.filter(topic__in=ids).values_list("pk", flat=True))
    if replies:
        indexing.put(finding.REPLY, *replies)
    for community_id in set(changed.values()):
        carrying_files.follow(Topic.objects.filter(pk__in=ids), community_id=community_id, audience=audience)
    return len(ids)
