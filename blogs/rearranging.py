"""Changing what a blog is: who may read it counts for its story and its images too, from the same moment."""

from django.db import transaction

from blogs import commenting
from blogs.following import KIND
from blogs.models import Blog
from cop.base.models import touch
from cop.files import readdressing
from cop.notifications import activities
from cop.search import indexing
from members.models import Community


def open_blog(blog: Blog) -> Blog:
    """Save a new blog; its community's page shows it from the same moment."""
    with transaction.atomic():
        blog.save()
        touch(Community.objects.filter(pk=blog.community_id))
    return blog


def change_blog(blog: Blog) -> Blog:
    """Save a changed blog; its activities, covers and images are for its new audience."""
    with transaction.atomic():
        before = Blog.objects.select_for_update(no_key=True).get(pk=blog.pk)
        blog.save()
        touch(Community.objects.filter(pk=blog.community_id))
        if before.audience != blog.audience:
            activities.change_audience(KIND, blog.pk, audience=blog.audience)
            indexing.change_audience(KIND, blog.pk, audience=blog.audience)
            texts = blog.posts.filter(body__contains="/").values_list("body", flat=True)
            covers = set(blog.posts.exclude(cover=None).values_list("cover", flat=True))
            readdressing.change_audience(
                texts.iterator(), community_id=blog.community_id, audience=blog.audience, more=covers
            )
            commenting.change_audience(blog)
        if before.has_comments != blog.has_comments:
            commenting.open_or_close(blog)
    return blog
