"""What a search reads of posts."""

from collections.abc import Collection, Iterator

from django.utils.translation import gettext_lazy as _

from blogs.following import KIND as BLOG
from blogs.models import Post
from blogs.tagging import tags_by_post
from cop.search.models import SearchEntry, tag_line
from cop.search.searchables import Searchable

KIND = "post"


def entries_of(ids: Collection[int]) -> Iterator[SearchEntry]:
    """Give the entries of those posts that are published."""
    posts = list(Post.objects.published().filter(pk__in=ids).select_related("blog__community"))
    tags = tags_by_post(posts)
    for post in posts:
        yield SearchEntry(
            object_id=post.pk,
            community=post.blog.community,
            audience=post.blog.audience,
            thing_kind=BLOG,
            thing_id=post.blog_id,
            title=post.title,
            text=f"{post.excerpt}\n{post.text}" if post.excerpt else post.text,
            tags=tag_line([name for _slug, name in tags.get(post.pk, [])]),
            url=post.get_absolute_url(),
            author_id=post.author_id,
            language=post.blog.community.language,
            at=post.published_at or post.created_at,
        )


def ids_after(after: int, size: int) -> list[int]:
    """Give the ids of the next posts."""
    return list(Post.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:size])


POSTS = Searchable(_("Posts"), read=entries_of, ids_after=ids_after)
