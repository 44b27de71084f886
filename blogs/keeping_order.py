"""Posts as things that can be flagged and moderated."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from blogs import publishing
from blogs.models import Post, PostQuerySet
from blogs.saving import save_post
from cop.moderation.action_models import What
from cop.moderation.recording import record
from cop.moderation.things import Named, Thing, ThingKind, Why
from members.audiences import Reader
from members.models import User

NO_REASON = Why()


def thing_of(post: Post) -> Thing:
    """Give a post as a thing."""
    return Thing(
        kind="post",
        id=post.pk,
        community=post.blog.community,
        title=post.title,
        url=post.get_absolute_url(),
        text=post.text,
        html=post.body_html,
        author=post.author,
        at=post.published_at,
        is_hidden=not post.is_published,
    )


def is_others(post: Post, user: User) -> bool:
    """Whether what `user` does to a post is done to what somebody else published."""
    return post.is_published and post.author_id not in (None, user.pk)


def _posts() -> PostQuerySet:
    return Post.objects.select_related("blog__community", "author")


def see(post_id: int, reader: Reader) -> Thing | None:
    """Give a published post to whoever reads it."""
    found = _posts().published_to(reader).filter(pk=post_id).first()
    return thing_of(found) if found else None


def show(ids: Collection[int]) -> dict[int, Thing]:
    """Give many posts: one query."""
    return {post.pk: thing_of(post) for post in _posts().filter(pk__in=ids)}


def named_to(ids: Collection[int], reader: Reader) -> dict[int, Named]:
    """Name posts to whoever reads them: one query."""
    rows = Post.objects.published_to(reader).filter(pk__in=ids).select_related("blog__community")
    return {post.pk: Named(post.title, post.get_absolute_url()) for post in rows}


def hide(post_id: int, by: User | None, why: Why = NO_REASON) -> bool:
    """Take a published post back, so that only its writers and facilitators read it."""
    with transaction.atomic():
        post = _posts().get(pk=post_id)
        if not publishing.withdraw(post, by=by):
            return False
        record(What.HIDDEN, thing_of(post), by=by, why=why)
    return True


def show_again(post_id: int, by: User | None, why: Why = NO_REASON) -> bool:
    """Publish a hidden post again, under its old date and without another mail."""
    with transaction.atomic():
        post = _posts().get(pk=post_id)
        if post.is_published:
            return False
        record(What.SHOWN, thing_of(post), by=by, why=why)
        return publishing.publish(post, by=by, at=post.published_at, is_mailed=False)


def edit(post: Post, *, by: User, why: Why = NO_REASON, **given: Any) -> Post:
    """Save a post; of what somebody else published, with a line in the log that holds what stood there."""
    before = thing_of(_posts().get(pk=post.pk)) if is_others(post, by) else None
    with transaction.atomic():
        saved = save_post(post, by=by, **given)
        if before and (before.title, before.text) != (saved.title, saved.text):
            record(What.EDITED, before, by=by, why=why)
    return saved


def publish_after_all(post_id: int, by: User | None, why: Why = NO_REASON) -> bool:
    """Publish what had been declined, as whoever wrote it objected."""
    return by is not None and publishing.publish(_posts().get(pk=post_id), by=by)


POSTS = ThingKind(
    words=_("a post"),
    flagged=_("Flagged posts"),
    see=see,
    show=show,
    named_to=named_to,
    acts={What.HIDDEN: hide, What.SHOWN: show_again, What.APPROVED: publish_after_all},
)
