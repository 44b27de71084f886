"""What readers who follow a blog see of it in mails and on their own pages."""

from collections.abc import Collection

from django.conf import settings

from blogs.models import Blog
from cop.notifications.followables import Thing

KIND = "blog"


def thing_of(blog: Blog) -> Thing:
    """Give a blog as something to follow. Its List-Id (RFC 2919) stays the same as long as its address does."""
    community = blog.community
    return Thing(
        kind=KIND,
        id=blog.pk,
        title=blog.name,
        url=blog.get_absolute_url(),
        community_id=community.pk,
        community_name=community.name,
        community_slug=community.slug,
        accent=community.accent,
        audience=blog.audience,
        language=community.language,
        list_id=f"<{blog.slug}.{community.slug}.{settings.SITE_HOST}>",
        is_archived=community.is_archived,
    )


def find_blogs(ids: Collection[int]) -> dict[int, Thing]:
    """Give the things of those blogs that still exist."""
    rows = Blog.objects.filter(pk__in=ids).select_related("community")
    return {blog.pk: thing_of(blog) for blog in rows}
