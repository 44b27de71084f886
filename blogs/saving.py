"""Saving a post: rendered once, kept with what it was before, and never over somebody else's newer words."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from blogs import commenting, holding, tagging
from blogs.models import Blog, Post, PostDraft, PostRevision, PostState
from cop.base.errors import Refused
from cop.base.models import touch
from cop.files.models import File
from cop.markup.rendering import excerpt as cut
from cop.markup.rendering import render
from cop.notifications import activities
from cop.search import indexing
from members.fields import tidy_name
from members.models import User

EXCERPT_LENGTH = 400
SLUG_LENGTH = 80
# The same words by the same writer within this time are one form sent twice.
TWINS_WITHIN = timedelta(minutes=2)
# Where a post is in its life is changed by publishing, scheduling and withdrawing alone: saving words must not undo it.
WORDS = [
    "title",
    "slug",
    "body",
    "body_html",
    "text",
    "markup_version",
    "excerpt",
    "cover",
    "version",
    "vetted_version",
    "updated_at",
]


class Conflict(Refused):
    """Somebody saved this post meanwhile; `newer` is what stands now."""

    def __init__(self, newer: Post) -> None:
        super().__init__(
            _("Somebody has changed this post since you opened it. Compare below, then save again to keep your words.")
        )
        self.newer = newer


def save_post(
    post: Post,
    *,
    title: str,
    body: str,
    by: User | None,
    excerpt: str = "",
    tags: list[str] | None = None,
    cover: File | None = None,
    is_cover_kept: bool = True,
    version: int | None = None,
) -> Post:
    """Save a new post or a changed one, with a revision; give the post. A form that is sent twice makes one post.

    `version` is the version that the writer saw: raises Conflict where it is no longer the newest. Tags are left as
    they are when None, and so is the cover, unless `is_cover_kept` is false. Raises Refused for a text too long, and
    where a published post becomes one that a facilitator would have looked at first.
    """
    rendered = render(body)
    seen = post.version if version is None else version
    before = holding.text_of(post) if post.is_published and not post._state.adding else None
    post.title = tidy_name(title)
    post.body, post.body_html, post.text = body, rendered.html, rendered.text
    post.markup_version, post.excerpt = rendered.version, excerpt.strip()
    post.cover = cover or (post.cover if is_cover_kept else None)
    if not post.is_published or not post.slug:
        post.slug = slugify(post.title)[:SLUG_LENGTH].strip("-")
    if before:
        holding.refuse_change(post, before=before, by=by, tags=tags)
    with transaction.atomic():
        if twin := _twin(post, by):
            return twin
        _keep_order(post, seen)
        post.version = seen + 1
        if post.is_published:
            post.vetted_version = post.version
        post.save(update_fields=None if post._state.adding else WORDS)
        PostRevision.objects.create(post=post, version=post.version, title=post.title, body=body, by=by)
        if tags is not None:
            tagging.set_tags(post, tags)
        PostDraft.objects.filter(by=by, **({"post": post} if seen else {"post": None, "blog": post.blog})).delete()
        touch(Blog.objects.filter(pk=post.blog_id))
        if post.is_published:
            activities.revise(
                "post",
                post.pk,
                title=post.title,
                summary=summary_of(post),
                audience=post.blog.audience,
                url=post.get_absolute_url(),
            )
            indexing.put("post", post.pk)
            commenting.rename(post)
        elif seen:
            holding.ask_anew(post)
    return post


def _twin(post: Post, by: User | None) -> Post | None:
    """Give the draft that the same words became a moment ago, when their form is sent a second time."""
    if not post._state.adding or by is None:
        return None
    # Both of two requests at once come this far; the second waits here for the first.
    Blog.objects.select_for_update(no_key=True).get(pk=post.blog_id)
    recent = Post.objects.filter(blog=post.blog_id, author=by, created_at__gte=timezone.now() - TWINS_WITHIN)
    return recent.filter(state=PostState.DRAFT, title=post.title, body=post.body, version=1).first()


def _keep_order(post: Post, seen: int) -> None:
    """Take the next version's place; raise Conflict where somebody else has."""
    if post._state.adding:
        return
    if not Post.objects.filter(pk=post.pk, version=seen).update(version=seen + 1):
        raise Conflict(Post.objects.select_related("blog__community", "author").get(pk=post.pk))


def summary_of(post: Post) -> str:
    """Give what lists, activities and mails show of a post."""
    return post.excerpt or cut(post.text, EXCERPT_LENGTH)
