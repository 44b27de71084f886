"""Making posts of the entries that wait in a blog: each entry goes into one post, and that post is mailed once.

An entry leaves the waiting room in the transaction that makes its post, so two workers cannot both post it; rendering
and mailing come after it, and are found again where a worker was killed before. A round-up that is still an untouched
draft grows with its issue; one that was published is never changed: what comes later goes into a round-up of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import translation

from blogs import publishing
from blogs.choosing import planned, to_begin_with
from blogs.models import Blog, Post, PostState
from blogs.recognising import may_be_same
from blogs.rounding_up import (
    BODY_LIMIT,
    Credit,
    article_line,
    entry_body,
    issue_key,
    round_up_body,
    round_up_title,
)
from blogs.saving import Conflict
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
    waiting = list(
        EntryUse.objects.filter(use=use, state=UseState.WAITING).select_related("entry").order_by("entry_id")
    )
    read = [row.entry.as_read() for row in waiting]
    with translation.override(use.blog.community.language):
        plan = planned(read, range(len(read)), grouping=use.grouping, credit=credit_of(use))
        is_flood = use.grouping == Grouping.EACH and len(plan) > FLOOD and use.begun_at != at
        is_to_publish = use.mode == Mode.PUBLISH and not is_flood
        for one in reversed(plan):
            rows = [waiting[position] for position in one.positions]
            group = issue_key(read[one.positions[0]]) if use.grouping == Grouping.ISSUE else ""
            _move(use, rows, title=one.title, group=group, is_to_publish=is_to_publish)
        return finish_posts(use, at=at)


def credit_of(use: SourceUse) -> Credit:
    """Give what a post says of where it comes from."""
    source = use.source
    return Credit(title=source.journal or source.title or source.url, url=source.site_url, note=use.note)


def _move(use: SourceUse, rows: list[EntryUse], *, title: str, group: str, is_to_publish: bool) -> None:
    """Move `rows` into a post that is still to be written: their issue's untouched draft, or a new one."""
    with transaction.atomic():
        collected = None if is_to_publish or use.grouping == Grouping.EACH else _growing(use, group)
        if collected is None:
            post = Post.objects.create(blog=use.blog, title=title)
            collected = CollectedPost(post=post, use=use, group=group, is_to_publish=is_to_publish)
        collected.is_to_write = True
        collected.save()
        waiting = EntryUse.objects.filter(pk__in=[row.pk for row in rows], state=UseState.WAITING)
        if waiting.update(state=UseState.POSTED, post=collected.post) != len(rows):
            # Another worker posts these entries: this post is not needed.
            transaction.set_rollback(True)


def _growing(use: SourceUse, group: str) -> CollectedPost | None:
    """Give the last round-up of an issue where it is still the draft that was made, and has room."""
    last = CollectedPost.objects.filter(use=use, group=group).select_related("post").order_by("-pk").first()
    if last is None or last.is_to_publish or last.post.state != PostState.DRAFT or last.post.body != last.body_as_made:
        return None
    return last if len(last.body_as_made) < BODY_LIMIT // 2 else None


def finish_posts(use: SourceUse, *, at: datetime) -> Made:
    """Write and publish what was begun, also by a worker that was killed since."""
    made = Made(use)
    begun = CollectedPost.objects.filter(Q(is_to_write=True) | Q(is_to_publish=True), use=use)
    for collected in begun.select_related("post__blog__community").order_by("pk"):
        if collected.is_to_write:
            try:
                _write(use, collected)
            except Conflict as conflict:  # Another worker wrote it, or a facilitator: then the next round adds to it.
                collected.post = conflict.newer
        if not collected.is_to_publish:
            made.drafts.append(collected.post)
            continue
        try:
            if collected.post.state == PostState.DRAFT and publishing.publish(collected.post, by=None, at=at):
                made.published.append(collected.post)
        except (
            publishing.Changed
        ):  # Another worker wrote it, and publishes it; the next round does where it was killed.
            continue
        CollectedPost.objects.filter(pk=collected.pk).update(is_to_publish=False)
    return made


def _write(use: SourceUse, collected: CollectedPost) -> None:
    """Write the post's text from the entries that were moved into it; what a facilitator wrote meanwhile stays."""
    post, credit = collected.post, credit_of(use)
    rows = EntryUse.objects.filter(post=post).select_related("entry").order_by("entry_id")
    entries = [row.entry.as_read() for row in rows]
    if post.body != collected.body_as_made:
        missing = [entry for entry in entries if entry.url not in post.body]
        title, body = post.title, "\n\n".join([post.body, *(article_line(entry, credit) for entry in missing)])
    elif use.grouping == Grouping.EACH and len(entries) == 1:
        title, body = post.title, entry_body(entries[0], credit)
    else:
        earlier = CollectedPost.objects.filter(use=use, group=collected.group, pk__lt=collected.pk)
        title = round_up_title(entries, credit, is_more=earlier.exists())
        body = round_up_body(entries, credit)
    # Nobody wrote it: `by` and the author stay empty, and nobody's unsaved words are taken for these.
    publishing.save_post(post, title=title, body=body, by=None)
    CollectedPost.objects.filter(pk=collected.pk).update(body_as_made=post.body, is_to_write=False)
