"""What search engines may know of: public blogs, and what they have published."""

from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet

from blogs.models import Blog, Post

POSTS_A_SITEMAP = 5000


class PostSitemap(Sitemap[Post]):
    """Published posts of public blogs."""

    limit = POSTS_A_SITEMAP

    def items(self) -> QuerySet[Post]:
        posts = Post.objects.visible_to(AnonymousUser()).published().select_related("blog__community")
        return posts.without_bodies().order_by("pk")

    def lastmod(self, item: Post) -> datetime:
        return item.updated_at


class BlogSitemap(Sitemap[Blog]):
    """Public blogs."""

    limit = POSTS_A_SITEMAP

    def items(self) -> QuerySet[Blog]:
        return Blog.objects.visible_to(AnonymousUser()).select_related("community").order_by("pk")
