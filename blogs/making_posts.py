"""Making posts of the entries that wait in a blog: each entry goes into one post, and that post is mailed once.

An entry leaves the waiting room in the transaction that writes its post, so two workers cannot both post it. A
round-up that a facilitator has not touched yet grows with its issue; one that was published is never changed: what
comes later goes into a round-up of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import translation

from blogs import publishing
from blogs.choosing import Planned, planned, to_begin_with
from blogs.models import Blog, Post, PostState
from blogs.recognising import may_be_same
from blogs.rounding_up import (
    BODY_LIMIT,
    Credit,
    entry_body,
    issue_key,
    round_up_body,
    round_up_title,
)
from blogs.sources import CollectedPost, Entry, EntryIdentity, EntryUse, Grouping, Mode, Reason, SourceUse, UseState

# More posts than this at once are a feed that changed all its addresses, or a mistake: no subscriber wants them.
FLOOD = 20


@dataclass
class Made:
    """What became of a use's waiting entries: posts that were published, drafts that were written or that grew."""

    use: SourceUse
    published: list[Post] = field(default_factory=list)
    drafts: list[Post] = field(default_factory=list)


# --- Into the blog's waiting room ---------------------------------------------------------------------------------


def take_into_blog(use: SourceUse, entries: Sequence[Entry], *, at: datetime) -> None:
    """Note for each of `entries` that the blog did not meet yet whether it waits for a post or is left out, and why."""
    with transaction.atomic():
        # Two sources of one blog may bring the same article at the same time.
        Blog.objects.select_for_update(no_key=True).get(pk=use.blog_id)
        met = set(EntryUse.objects.filter(blog=use.blog_id, entry__in=entries).values_list("entry_id", flat=True))
        fresh = [entry for entry in entries if entry.pk not in met]
        left_out = dict.fromkeys(_doubles(use, fresh), Reason.DOUBLE)
        if use.begun_at is None:
            left_out |= _earlier(use, fresh, at) | left_out
            use.begun_at = at
            use.save(update_fields=["begun_at"])
        EntryUse.objects.bulk_create(_entry_use(use, entry, left_out.get(entry.pk)) for entry in fresh)


def _entry_use(use: SourceUse, entry: Entry, reason: Reason | None) -> EntryUse:
    state = UseState.LEFT_OUT if reason else UseState.WAITING
    return EntryUse(use=use, blog_id=use.blog_id, entry=entry, state=state, reason=reason or "")


def _earlier(use: SourceUse, entries: list[Entry], at: datetime) -> dict[int, Reason]:
    read = [entry.as_read() for entry in entries]
    chosen = to_begin_with(read, start=use.start, grouping=use.grouping, at=at)
    return {entry.pk: Reason.EARLIER for position, entry in enumerate(entries) if position not in chosen}


def _doubles(use: SourceUse, entries: list[Entry]) -> list[int]:
    """Give the ids of the entries that this blog has met through another source."""
    by_id = {entry.pk: entry for entry in entries}
    own = EntryIdentity.objects.filter(entry__in=entries).values_list("digest", "kind", "entry_id")
    mine = {digest: (kind, by_id[entry_id]) for digest, kind, entry_id in own}
    theirs = EntryIdentity.objects.filter(digest__in=mine, entry__uses__blog=use.blog_id).exclude(source=use.source_id)
    found = []
    for identity in theirs.select_related("entry"):
        kind, entry = mine[identity.digest]
        if may_be_same(entry.as_read(), identity.entry.as_read(), by=kind):
            found.append(entry.pk)
    return found


# --- Out of it, into posts ----------------------------------------------------------------------------------------


def make_posts(use: SourceUse, *, at: datetime) -> Made:
    """Make posts of what waits in `use`, oldest first, and publish them where the blog wants that."""
    made = Made(use)
    waiting = list(
        EntryUse.objects.filter(use=use, state=UseState.WAITING).select_related("entry").order_by("entry_id")
    )
    read = [row.entry.as_read() for row in waiting]
    credit = credit_of(use)
    with translation.override(use.blog.community.language):
        plan = planned(read, range(len(read)), grouping=use.grouping, credit=credit)
        is_flood = use.grouping == Grouping.EACH and len(plan) > FLOOD and use.begun_at != at
        for one in reversed(plan):
            rows = [waiting[position] for position in one.positions]
            post = _write(use, one, rows, credit, is_to_publish=use.mode == Mode.PUBLISH and not is_flood)
            if post and not post.collected.is_to_publish:
                made.drafts.append(post)
    made.published = publish_waiting(use, at=at)
    return made


def credit_of(use: SourceUse) -> Credit:
    """Give what a post says of where it comes from."""
    source = use.source
    return Credit(title=source.journal or source.title or source.url, url=source.site_url, note=use.note)


def _write(use: SourceUse, one: Planned, rows: list[EntryUse], credit: Credit, *, is_to_publish: bool) -> Post | None:
    entries = [row.entry.as_read() for row in rows]
    if use.grouping == Grouping.EACH:
        return _add(use, one.title, entry_body(entries[0], credit), rows, group="", is_to_publish=is_to_publish)
    group = issue_key(entries[0])
    earlier = CollectedPost.objects.filter(use=use, group=group).select_related("post").order_by("-pk").first()
    if earlier and not is_to_publish and (post := _grow(earlier, rows, credit)):
        return post
    title = round_up_title(entries, credit, is_more=earlier is not None)
    return _add(use, title, round_up_body(entries, credit), rows, group=group, is_to_publish=is_to_publish)


def _leave_waiting_room(rows: list[EntryUse], post: Post) -> bool:
    """Move `rows` into `post`; False where another worker moved one of them first."""
    waiting = EntryUse.objects.filter(pk__in=[row.pk for row in rows], state=UseState.WAITING)
    return waiting.update(state=UseState.POSTED, post=post) == len(rows)


class _TakenMeanwhile(Exception):
    """Another worker posts these entries: what was written here is undone."""


def _add(
    use: SourceUse, title: str, body: str, rows: list[EntryUse], *, group: str, is_to_publish: bool
) -> Post | None:
    """Write a new post of `rows` as a draft; None where another worker was quicker."""
    try:
        with transaction.atomic():
            post = publishing.save_post(
                Post(blog=use.blog, author=use.added_by), title=title, body=body, by=use.added_by
            )
            CollectedPost.objects.create(
                post=post, use=use, group=group, body_as_made=body, is_to_publish=is_to_publish
            )
            if not _leave_waiting_room(rows, post):
                raise _TakenMeanwhile
    except _TakenMeanwhile:
        return None
    return post


def _grow(earlier: CollectedPost, rows: list[EntryUse], credit: Credit) -> Post | None:
    """Add `rows` to a round-up that is still a draft as it was made; None where it is not, or would grow too long."""
    post = earlier.post
    if post.state != PostState.DRAFT or earlier.is_to_publish or post.body != earlier.body_as_made:
        return None
    inside = EntryUse.objects.filter(post=post).select_related("entry").order_by("entry_id")
    entries = [row.entry.as_read() for row in [*rows, *inside]]
    body = round_up_body(entries, credit)
    if len(body) > BODY_LIMIT:
        return None
    is_more = CollectedPost.objects.filter(use=earlier.use, group=earlier.group, pk__lt=earlier.pk).exists()
    title = round_up_title(entries, credit, is_more=is_more)
    try:
        with transaction.atomic():
            post = publishing.save_post(post, title=title, body=body, by=post.author)
            CollectedPost.objects.filter(pk=earlier.pk).update(body_as_made=body)
            if not _leave_waiting_room(rows, post):
                raise _TakenMeanwhile
    except _TakenMeanwhile:
        return None
    return post


def publish_waiting(use: SourceUse, *, at: datetime) -> list[Post]:
    """Publish the posts of `use` that were written to be published and are not yet; also after a worker was killed."""
    waiting = CollectedPost.objects.filter(use=use, is_to_publish=True).select_related("post__blog__community")
    published = []
    for collected in waiting.order_by("pk"):
        if collected.post.state == PostState.DRAFT:
            publishing.publish(collected.post, by=use.added_by, at=at)
            published.append(collected.post)
        CollectedPost.objects.filter(pk=collected.pk).update(is_to_publish=False)
    return published
