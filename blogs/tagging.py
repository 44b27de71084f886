"""Tags of posts: the one module that knows the tagging library."""

import re
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from taggit.models import Tag, TaggedItem

from blogs.models import Blog, Post
from members.fields import tidy_name

TAGS_A_POST = 12
TAG_LENGTH = 40


def read_tags(text: str) -> list[str]:
    """Give the tags in a text, parted by commas; raise ValidationError for too many or too long ones."""
    names = [tidy_name(part).lstrip("#") for part in re.split(r"[,;\n]", text)]
    tags = list({name.casefold(): name for name in names if name}.values())
    if len(tags) > TAGS_A_POST:
        raise ValidationError(_("Choose at most %(most)d tags.") % {"most": TAGS_A_POST})
    for tag in tags:
        if not any(char.isalnum() for char in tag):
            raise ValidationError(_("“%(tag)s” needs a letter or a digit to be a tag.") % {"tag": tag[:TAG_LENGTH]})
        if len(tag) > TAG_LENGTH:
            raise ValidationError(_("“%(tag)s…” is too long for a tag; use a few words.") % {"tag": tag[:TAG_LENGTH]})
    return tags


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
    tagged = TaggedItem.objects.filter(content_type__app_label="blogs", content_type__model="post")
    rows = tagged.filter(object_id__in=[post.pk for post in posts]).order_by("tag__name")
    found: dict[int, list[tuple[str, str]]] = {}
    for post_id, slug, name in rows.values_list("object_id", "tag__slug", "tag__name"):
        found.setdefault(post_id, []).append((slug, name))
    return found


def tag_name(blog: Blog, slug: str) -> str | None:
    """Give the name of a tag that published posts of a blog have, or None."""
    name: str | None = tags_of(blog).filter(slug=slug).values_list("name", flat=True).first()
    return name
