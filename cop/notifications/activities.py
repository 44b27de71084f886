"""Recording what happens, once, for home pages, mails and digests to read."""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from cop.base.models import touch
from cop.notifications.models import Activity
from cop.notifications.ringing import ring
from members.models import Community, User

TITLE_LENGTH = 300


def record(
    verb: str,
    *,
    kind: str,
    object_id: int,
    title: str,
    url: str,
    summary: str,
    community: Community,
    audience: str,
    thing_kind: str = "",
    thing_id: int | None = None,
    by: User | None = None,
    at: datetime | None = None,
) -> Activity:
    """Add a line to the community's story; what was recorded (or withdrawn) before stands again and is not new.

    People are told of it a moment after the commit (`notifying`).

    `url` is a path of this site; `thing_kind` and `thing_id` name what its followers follow. Call it in the
    transaction that changes the thing.
    """
    activity, is_new = Activity.objects.get_or_create(
        verb=verb,
        kind=kind,
        object_id=object_id,
        defaults={
            "title": title[:TITLE_LENGTH],
            "url": url,
            "summary": summary,
            "community": community,
            "audience": audience,
            "thing_kind": thing_kind,
            "thing_id": thing_id,
            "by": by,
            "at": at or timezone.now(),
        },
    )
    touch(Community.objects.filter(pk=community.pk))
    if not is_new and activity.withdrawn_at:
        activity.withdrawn_at = activity.notified_at = None
        activity.save(update_fields=["withdrawn_at", "notified_at"])
    transaction.on_commit(partial(ring, "notify_people"))
    return activity


def revise(
    kind: str, object_id: int, *, title: str, summary: str, audience: str, url: str = "", verb: str = ""
) -> bool:
    """Let the lines about an object say what it says now; of one `verb`, or of all. Tells whether there were any."""
    rows = Activity.objects.filter(kind=kind, object_id=object_id)
    rows = rows.filter(verb=verb) if verb else rows
    new = {"title": title[:TITLE_LENGTH], "summary": summary, "audience": audience} | ({"url": url} if url else {})
    _touch_communities(rows)
    return bool(rows.update(**new))


def withdraw(kind: str, object_id: int) -> bool:
    """Take the lines about an object out of the story; tells whether there were any."""
    rows = Activity.objects.standing().filter(kind=kind, object_id=object_id)
    _touch_communities(rows)
    return bool(rows.update(withdrawn_at=timezone.now()))


def bring_back(kind: str, object_id: int) -> bool:
    """Put the lines about an object into the story again and tell nobody anew; tells whether there were any."""
    rows = Activity.objects.filter(kind=kind, object_id=object_id).exclude(withdrawn_at=None)
    _touch_communities(rows)
    return bool(rows.update(withdrawn_at=None))


def change_audience(thing_kind: str, thing_id: int, *, audience: str) -> int:
    """Let all lines about what is in a thing be read by another audience; give how many there are."""
    rows = Activity.objects.filter(thing_kind=thing_kind, thing_id=thing_id)
    _touch_communities(rows)
    return rows.update(audience=audience)


def follow_community(community: Community) -> int:
    """Let what was told of a community as a whole be read by its audience; give how many lines that are."""
    return Activity.objects.filter(kind="community", object_id=community.pk).update(audience=community.audience)


def _touch_communities(rows: QuerySet[Activity]) -> None:
    touch(Community.objects.filter(pk__in=rows.values("community")))
