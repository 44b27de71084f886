"""What was published when: the years and months of a blog, and what stands beside a post."""

from datetime import UTC, date, datetime

from django.db.models import Count, Q
from django.db.models.functions import ExtractYear, TruncMonth

from blogs.models import Blog, Post


def years_of(blog: Blog) -> list[tuple[int, int]]:
    """Give the years in which something was published, the latest first, with how many posts."""
    by_year = Post.objects.published().filter(blog=blog).annotate(year=ExtractYear("published_at", tzinfo=UTC))
    return list(by_year.values_list("year").annotate(Count("pk")).order_by("-year"))


def months_of(blog: Blog, year: int) -> list[tuple[date, int]]:
    """Give the months of a year in which something was published, with how many posts.

    Days, not moments: those would be another month's in some readers' zones.
    """
    start, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    posts = Post.objects.published().filter(blog=blog, published_at__gte=start, published_at__lt=end)
    by_month = posts.annotate(month=TruncMonth("published_at", tzinfo=UTC)).values_list("month")
    return [(month.date(), count) for month, count in by_month.annotate(Count("pk")).order_by("month")]


def neighbours_of(post: Post) -> dict[str, Post | None]:
    """Give the posts published just before and just after, in the same blog."""
    if not post.is_published:
        return {"previous": None, "next": None}
    near = Post.objects.published().filter(blog=post.blog).only("pk", "title", "slug", "blog", "published_at")
    at, same = post.published_at, Q(published_at=post.published_at)
    before = near.filter(Q(published_at__lt=at) | (same & Q(pk__lt=post.pk))).order_by("-published_at", "-pk").first()
    after = near.filter(Q(published_at__gt=at) | (same & Q(pk__gt=post.pk))).order_by("published_at", "pk").first()
    for neighbour in (before, after):
        if neighbour is not None:
            neighbour.blog = post.blog
    return {"previous": before, "next": after}
