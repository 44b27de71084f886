"""What a list shows of each post, worked out once, so that a row costs next to nothing."""

from collections.abc import Iterable
from typing import Any

from django.db.models.functions import Substr

from blogs.models import Blog, Post, PostQuerySet
from blogs.tagging import tags_by_post
from cop.markup.rendering import excerpt

SUMMARY_LENGTH = 280
START_LENGTH = 600

COLUMNS = (
    "title",
    "slug",
    "excerpt",
    "published_at",
    "author__display_name",
    "cover__name",
    "cover__width",
    "cover__height",
)


def for_list(posts: PostQuerySet) -> PostQuerySet:
    """Read of each post what `lines` needs: not the text, which may be long, only its start."""
    return posts.select_related("author", "cover").only(*COLUMNS).annotate(start=Substr("text", 1, START_LENGTH))


def lines(posts: Iterable[Post], blog: Blog) -> list[dict[str, Any]]:
    """Give what a list prints of posts of one blog that were read by `for_list`; one query, for their tags."""
    posts = list(posts)
    tags = tags_by_post(posts)
    base = blog.get_absolute_url()
    return [_line(post, base, tags.get(post.pk, [])) for post in posts]


def _line(post: Post, base: str, tags: list[tuple[str, str]]) -> dict[str, Any]:
    return {
        "url": f"{base}{post.path}",
        "title": post.title,
        "summary": excerpt(post.excerpt or post.start, SUMMARY_LENGTH),  # type: ignore[attr-defined]
        "author": post.author.display_name if post.author else "",
        "at": post.published_at,
        "at_iso": post.published_at.isoformat() if post.published_at else "",
        "cover": post.cover,
        "tags": tags,
    }
