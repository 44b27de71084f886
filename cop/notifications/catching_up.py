"""Catching up: what somebody is told of, grouped by thing, and what they have seen of it."""

import base64
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Q
from django.utils import timezone

from cop.notifications.models import Activity
from cop.notifications.notice_models import Notification, Reason
from members.audiences import Reader
from members.models import Community, User

GROUPS_A_PAGE = 30
MOST_COUNTED = 99


@dataclass(frozen=True)
class Group:
    """What is told of one thing: how much of it is new, the strongest reason, and the newest of it."""

    about_kind: str
    about_id: int
    count: int
    unread: int
    reason: str
    is_personal: bool
    newest: Activity
    newest_id: int
    mail: str


@dataclass(frozen=True)
class Room:
    """A community and what is told of its things."""

    community: Community
    groups: list[Group]


@dataclass(frozen=True)
class BellPage:
    """One page of the bell; `older` is the `?page=` value that leads on, or empty."""

    rooms: list[Room]
    older: str


def unread_count(user: Reader) -> int:
    """Give how many things somebody has not seen what concerns them of: news of a community does not count.

    One query; more than MOST_COUNTED is not counted on.
    """
    if not user.is_authenticated:
        return 0
    rows = Notification.objects.visible_to(user).unread().filter(reason__lt=Reason.NEW)
    return rows.values("about_kind", "about_id").distinct()[: MOST_COUNTED + 1].count()


def page_of(user: User, *, is_all: bool = False, community_slug: str = "", at: str = "") -> BellPage:
    """Give a page of what `user` is told of, by community, the newest first; three queries."""
    rows = Notification.objects.visible_to(user)
    rows = rows.filter(community__slug=community_slug) if community_slug else rows
    grouped = rows.values("about_kind", "about_id").annotate(
        newest=Max("pk"),
        count=Count("pk"),
        unread=Count("pk", filter=Q(read_at=None)),
        strongest=Min("reason", filter=Q(read_at=None)),
        strongest_ever=Min("reason"),
    )
    grouped = grouped if is_all else grouped.filter(unread__gt=0)
    mark = _number(at)
    grouped = grouped.filter(newest__lt=mark) if mark else grouped
    found = list(grouped.order_by("-newest")[: GROUPS_A_PAGE + 1])
    more, found = len(found) > GROUPS_A_PAGE, found[:GROUPS_A_PAGE]
    told = Notification.objects.select_related("activity__by", "community", "tag__tag")
    newest = told.in_bulk([row["newest"] for row in found])
    rooms: dict[int, Room] = {}
    for row in found:
        top = newest[row["newest"]]
        rooms.setdefault(top.community_id, Room(top.community, [])).groups.append(_group(row, top))
    return BellPage(list(rooms.values()), _mark(found[-1]["newest"]) if more else "")


def _group(row: Mapping[str, Any], top: Notification) -> Group:
    reason = Reason(row["strongest"] or row["strongest_ever"])
    return Group(
        about_kind=row["about_kind"],
        about_id=row["about_id"],
        count=row["count"],
        unread=row["unread"],
        reason=top.why if top.reason == reason else str(reason.label),
        is_personal=reason < Reason.NEW,
        newest=top.activity,
        newest_id=top.pk,
        mail=top.get_mail_display(),
    )


def _mark(number: int) -> str:
    return base64.urlsafe_b64encode(str(number).encode()).decode().rstrip("=")


def _number(mark: str) -> int:
    """Read a mark; 0 for one that nobody here wrote."""
    try:
        text = base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4)).decode("ascii")
    except ValueError:
        return 0
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def communities_of(user: User) -> list[Community]:
    """Give the communities that `user` is told of anything of, by name."""
    told = Notification.objects.visible_to(user).values("community")
    return list(Community.objects.filter(pk__in=told).order_by("name"))


def see(user: Reader, kind: str, object_ids: Collection[int], *, at: datetime | None = None) -> int:
    """Note that `user` has read these things on their pages, so that the bell and mails leave them out."""
    if not user.is_authenticated or not object_ids:
        return 0
    rows = Notification.objects.filter(user=user.pk, activity__kind=kind, activity__object_id__in=object_ids)
    return rows.unread().update(read_at=at or timezone.now())


def mark_read(user: User, about_kind: str, about_id: int, *, up_to: int = 0, at: datetime | None = None) -> bool:
    """Count all that is told of a thing (up to the notification `up_to`) as read; tell whether anything was new."""
    rows = Notification.objects.filter(user=user).about(about_kind, about_id).unread()
    rows = rows.filter(pk__lte=up_to) if up_to else rows
    return bool(rows.update(read_at=at or timezone.now()))


def mark_unread(user: User, about_kind: str, about_id: int) -> bool:
    """Let the newest that is told of a thing stand as not read; tell whether that changed anything."""
    rows = Notification.objects.visible_to(user).about(about_kind, about_id)
    newest = rows.order_by("-pk").values_list("pk", flat=True).first()
    return bool(newest and Notification.objects.filter(pk=newest, read_at__isnull=False).update(read_at=None))


def mark_all_read(user: User, *, community_slug: str = "", up_to: int = 0, at: datetime | None = None) -> int:
    """Count all (of one community) as read, up to the notification that was the newest on the page; give how many."""
    rows = Notification.objects.filter(user=user).unread()
    rows = rows.filter(community__slug=community_slug) if community_slug else rows
    rows = rows.filter(pk__lte=up_to) if up_to else rows
    return rows.update(read_at=at or timezone.now())
