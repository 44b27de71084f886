"""Pages of a topic: as a tree or by time, from its start, its end, or a reply, at the same cost wherever that is."""

import re
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from discussions.models import Bookmark, Reply, Thanks, Topic
from discussions.querysets import ReplyQuerySet
from members.audiences import Reader
from members.faces import faces_of

REPLIES_A_PAGE = 20
TREE = "tree"
TIME = "time"
ORDERS = (TREE, TIME)
SOURCE = re.compile(r"/r/(\d{1,18})/")
COLUMNS = (
    "topic_id", "parent_id", "path", "author__display_name", "guest__name", "body_html", "trimmed", "posted_at",
    "edited_at", "version", "hidden_at", "deleted_at", "accepted_at", "thanks_count", "via", "told_at",
)  # fmt: skip


@dataclass(frozen=True)
class TopicPage:
    """Some replies in order; `before` and `after` are the `?at=` values that lead on, or empty."""

    rows: list[Reply]
    before: str
    after: str


def page_of(topic: Topic, *, order: str, at: str = "", reader: Reader, size: int = REPLIES_A_PAGE) -> TopicPage:
    """Give the page of a topic that `at` names: "from-7" (reply 7 first), "after-7", "before-7", "end", or the first.

    An `at` that names no reply of the topic is read as the first page.
    """
    rows = _for_page(topic.replies.all(), reader)
    how, mark = _mark(topic, at)
    keys = ("path",) if order == TREE else ("posted_at", "id")
    if how in ("before", "end"):
        chosen = rows.filter(_beyond(mark, keys, "lt")) if mark else rows
        found = list(chosen.order_by(*(f"-{key}" for key in keys))[: size + 1])
        more, found = len(found) > size, found[:size][::-1]
        return TopicPage(found, _link("before", found[:1], more), _link("after", found[-1:], how == "before"))
    chosen = rows
    if mark:
        chosen = rows.filter(_beyond(mark, keys, "gt") | (Q(pk=mark.pk) if how == "from" else Q()))
    found = list(chosen.order_by(*keys)[: size + 1])
    more, found = len(found) > size, found[:size]
    return TopicPage(found, _link("before", found[:1], mark is not None), _link("after", found[-1:], more))


def has_pages(topic: Topic) -> bool:
    """Whether a topic's messages, those that are gone among them, are more than one page shows."""
    return topic.replies.order_by("path")[REPLIES_A_PAGE : REPLIES_A_PAGE + 1].exists()


def _for_page(rows: ReplyQuerySet, reader: Reader) -> ReplyQuerySet:
    rows = rows.select_related("author", "guest").only(*COLUMNS)
    if not reader.is_authenticated:
        return rows
    return rows.annotate(
        is_thanked=Exists(Thanks.objects.filter(reply=OuterRef("pk"), user=reader.pk)),
        is_kept=Exists(Bookmark.objects.filter(reply=OuterRef("pk"), user=reader.pk)),
    )


def _mark(topic: Topic, at: str) -> tuple[str, Reply | None]:
    how, _dash, number = at.partition("-")
    if how == "end":
        return how, None
    if how not in ("from", "after", "before") or not number.isdecimal() or len(number) > 18:
        return "", None
    mark = Reply.objects.only("path", "posted_at").filter(topic=topic, pk=int(number)).first()
    return (how, mark) if mark else ("", None)


def _beyond(mark: Reply | None, keys: tuple[str, ...], side: str) -> Q:
    if mark is None:
        return Q()
    if keys == ("path",):
        return Q(**{f"path__{side}": mark.path})
    later = Q(**{f"posted_at__{side}": mark.posted_at})
    return later | Q(**{"posted_at": mark.posted_at, f"id__{side}": mark.pk})


def _link(how: str, rows: list[Reply], is_there: bool) -> str:
    return f"{how}-{rows[0].pk}" if rows and is_there else ""


def nest(rows: list[Reply]) -> None:
    """Say of each row of a page of the tree how many stand below it there, and how many branches end behind it.

    What a topic opens with has no branch of its own: all else would be in it.
    """
    branches: list[Reply] = []
    for row, following in zip(rows, [*rows[1:], None], strict=False):
        after = following.path if following else ""
        for above in branches:
            above.below += 1
        if after.startswith(row.path) and not row.is_opening:
            branches.append(row)
        while branches and not after.startswith(branches[-1].path):
            branches.pop()
            row.ends += 1


def put_faces(rows: list[Reply], *, reader: Reader) -> None:
    """Let each row know its author's photo, where `reader` may see that; one query."""
    faces = faces_of([row.author_id for row in rows], reader=reader)
    for row in rows:
        row.face = faces.get(row.author_id or 0, "")


def answered_by(rows: list[Reply]) -> dict[int, Reply]:
    """Give what the rows answer, by id, with its author's name; one query."""
    wanted = {row.parent_id for row in rows if row.parent_id}
    there = {row.pk: row for row in rows}
    missing = wanted - there.keys()
    names = ("parent_id", "topic_id", "author__display_name", "guest__name", "deleted_at", "hidden_at")
    found = Reply.objects.filter(pk__in=missing).select_related("author", "guest").only(*names) if missing else []
    return {pk: row for pk, row in [*there.items(), *((row.pk, row) for row in found)] if pk in wanted}


def sources_of(topic: Topic) -> set[int]:
    """Give the ids of the replies that "what we found" leads to by a link."""
    return {int(number) for number in SOURCE.findall(topic.summary)}


def accepted_in(topic: Topic) -> list[Reply]:
    """Give the answers that were accepted, the first accepted first."""
    rows = topic.replies.standing().filter(accepted_at__isnull=False).select_related("author", "guest")
    return list(rows.only(*COLUMNS).order_by("accepted_at", "pk")[:5])
