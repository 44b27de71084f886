"""Tags of posts."""

from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet
from taggit.models import Tag

from blogs.models import Blog, Post
from cop.base.tags import read_tags, tags_by_id

__all__ = ["read_tags", "set_tags", "tag_name", "tags_by_post", "tags_of"]


def set_tags(post: Post, tags: list[str]) -> None:
    """Give a post these tags and no others."""
    post.tags.set(tags, clear=False)


def tags_of(blog: Blog) -> QuerySet[Tag]:
    """Give the tags of a blog's published posts, those used most first."""
    posts = Post.objects.published().filter(blog=blog).values("pk")
    inside = Q(taggit_taggeditem_items__object_id__in=posts, taggit_taggeditem_items__content_type__model="post")
    tags: QuerySet[Tag] = Tag.objects.filter(inside).annotate(posts=Count("pk")).order_by("-posts", "name")
    return tags


def tags_by_post(posts: Iterable[Post]) -> dict[int, list[tuple[str, str]]]:
    """Give the tags of posts as (slug, name) pairs, by the post's id; one query."""
    return tags_by_id(Post, [post.pk for post in posts])


def tag_name(blog: Blog, slug: str) -> str | None:
    """Give the name of a tag that published posts of a blog have, or None."""
    name: str | None = tags_of(blog).filter(slug=slug).values_list("name", flat=True).first()
    return name
