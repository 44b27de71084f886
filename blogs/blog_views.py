"""Pages of blogs: a community's blogs, one blog's posts, its tags and its archive."""

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from blogs import rearranging
from blogs.archive import months_of, years_of
from blogs.following import KIND
from blogs.forms import BlogForm
from blogs.listing import for_list, lines
from blogs.models import Blog, Post, PostState
from blogs.tagging import tag_name, tags_of
from cop.base.keyset import paginate
from cop.base.pages import page, posted
from members.models import Community
from members.permissions import require
from members.signing_in import SignedInRequest, signed_in_or_send_again
from members.standing import standing_of

POSTS_A_PAGE = 15
UNPUBLISHED = ("blog_id", "title", "slug", "state", "publish_at", "updated_at", "author__display_name")
TAGS_SHOWN = 30


def visible_blog(request: HttpRequest, community_slug: str, blog_slug: str) -> Blog:
    """Give a blog with its community; Http404 where the reader may not know of it."""
    blogs = Blog.objects.visible_to(request.user).select_related("community")
    return get_object_or_404(blogs, community__slug=community_slug, slug=blog_slug)


@require_safe
def blogs(request: HttpRequest, community_slug: str) -> HttpResponse:
    """List the blogs of a community that the reader may read."""
    community = get_object_or_404(Community.objects.visible_to(request.user), slug=community_slug)
    found = Blog.objects.visible_to(request.user).filter(community=community).order_by("name")
    return page(request, "blogs/blogs.html", {"community": community, "blogs": found[:100]})


@signed_in_or_send_again
def blog_add(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """Open a blog."""
    community = get_object_or_404(Community.objects.visible_to(request.user), slug=community_slug)
    require(request.user, "blogs.add_blog", community)
    initial = {"audience": community.audience}
    form = BlogForm(posted(request), community=community, initial=initial, instance=Blog(community=community))
    if form.is_valid():
        return redirect(rearranging.open_blog(form.instance))
    return page(request, "blogs/blog_add.html", {"community": community, "form": form})


@signed_in_or_send_again
def blog_edit(request: SignedInRequest, community_slug: str, blog_slug: str) -> HttpResponse:
    """Change what a blog is."""
    blog = visible_blog(request, community_slug, blog_slug)
    require(request.user, "blogs.edit_blog", blog)
    form = BlogForm(posted(request), community=blog.community, instance=Blog.objects.get(pk=blog.pk))
    if form.is_valid():
        saved = rearranging.change_blog(form.instance)
        messages.success(request, _("Saved."))
        return redirect(saved)
    return page(request, "blogs/blog_edit.html", {"community": blog.community, "blog": blog, "form": form})


@require_safe
def blog(request: HttpRequest, community_slug: str, blog_slug: str) -> HttpResponse:
    """A blog's posts, the newest first."""
    found = visible_blog(request, community_slug, blog_slug)
    context = _around(found) | {
        "mark": request.GET.get("page", ""),
        "listing": SimpleLazyObject(lambda: _listing(request, found)),
        "years": SimpleLazyObject(lambda: years_of(found)),
        "reader_kind": standing_of(request.user).kind_in(found.community),
        "may_write": request.user.has_perm("blogs.add_post", found),
        "unpublished": SimpleLazyObject(lambda: _unpublished(request, found)),
    }
    return page(request, "blogs/blog.html", context)


@require_safe
def tag(request: HttpRequest, community_slug: str, blog_slug: str, tag_slug: str) -> HttpResponse:
    """A blog's posts with one tag."""
    found = visible_blog(request, community_slug, blog_slug)
    name = tag_name(found, tag_slug)
    if name is None:
        raise Http404
    context = _around(found) | _listing(request, found, tags__slug=tag_slug)
    return page(request, "blogs/tag.html", {**context, "tag": name, "tag_slug": tag_slug})


@require_safe
def archive(
    request: HttpRequest, community_slug: str, blog_slug: str, year: int, month: int | None = None
) -> HttpResponse:
    """A blog's posts of a year, or of one of its months (UTC)."""
    found = visible_blog(request, community_slug, blog_slug)
    try:
        start = datetime(year, 1 if month is None else month, 1, tzinfo=UTC)
        is_last = month is None or month == 12
        end = datetime(year + 1, 1, 1, tzinfo=UTC) if is_last else start.replace(month=start.month + 1)
    except (ValueError, OverflowError) as error:
        raise Http404 from error
    context = _around(found) | _listing(request, found, published_at__gte=start, published_at__lt=end)
    context["months"] = months_of(found, year)
    return page(request, "blogs/archive.html", {**context, "start": start.date(), "is_month": month is not None})


def _listing(request: HttpRequest, found: Blog, **conditions: object) -> dict[str, Any]:
    shown = for_list(Post.objects.published().filter(blog=found, **conditions))
    rows = paginate(shown, order=("published_at", "id"), at=request.GET.get("page", ""), size=POSTS_A_PAGE)
    return {"page": rows, "posts": lines(rows.rows, found)}


def _around(found: Blog) -> dict[str, Any]:
    """What all pages of a blog have; the tags are read where the part that shows them is not kept already."""
    return {
        "community": found.community,
        "blog": found,
        "tags": SimpleLazyObject(lambda: list(tags_of(found)[:TAGS_SHOWN])),
        "thing_kind": KIND,
        "blog_url": found.get_absolute_url(),
    }


def _unpublished(request: HttpRequest, found: Blog) -> list[Post]:
    mine = Post.objects.visible_to(request.user).filter(blog=found).exclude(state=PostState.PUBLISHED)
    rows = list(mine.select_related("author").only(*UNPUBLISHED).order_by("-updated_at")[:20])
    for row in rows:  # One blog object for all: its address is made from it.
        row.blog = found
    return rows
