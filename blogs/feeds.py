"""Feeds out: Atom and RSS, full text, of a blog, of one of its tags, of a community.

A feed of what is not public is read with a personal key in its address, which its owner can renew. Each fetch asks anew
what the owner may read. RFC 4287 (Atom), RFC 9110 (conditional requests).
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.http import http_date, quote_etag
from django.views.decorators.http import require_safe

from blogs.models import Blog, Post, PostQuerySet
from blogs.reading_keys import reader_of
from blogs.saving import summary_of
from cop.base.links import absolute
from cop.markup.addressing import with_absolute_links
from members.audiences import Audience, Reader
from members.models import Community

POSTS_A_FEED = 30


@dataclass(frozen=True)
class Channel:
    """What a feed is about."""

    title: str
    description: str
    url: str
    language: str
    is_public: bool
    posts: PostQuerySet


class FullAtom(Atom1Feed):
    """Atom with the whole text of each entry."""

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})


class FullRss(Rss201rev2Feed):
    """RSS with the whole text of each item, in the element that readers know for it."""

    def rss_attributes(self) -> dict[str, str]:
        return {**super().rss_attributes(), "xmlns:content": "http://purl.org/rss/1.0/modules/content/"}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content:encoded", item["content"])


KINDS: dict[str, type[SyndicationFeed]] = {"atom": FullAtom, "rss": FullRss}
CONTENT_TYPES = {"atom": "application/atom+xml; charset=utf-8", "rss": "application/rss+xml; charset=utf-8"}


@require_safe
def blog_feed(request: HttpRequest, community_slug: str, blog_slug: str, kind: str) -> HttpResponseBase:
    """The feed of a blog."""
    reader = _reader(request)
    blog = _blog(reader, community_slug, blog_slug)
    return _answer(request, kind, _channel(blog, Post.objects.visible_to(reader).published().filter(blog=blog)))


@require_safe
def tag_feed(request: HttpRequest, community_slug: str, blog_slug: str, tag_slug: str, kind: str) -> HttpResponseBase:
    """The feed of a blog's posts with one tag."""
    reader = _reader(request)
    blog = _blog(reader, community_slug, blog_slug)
    posts = Post.objects.visible_to(reader).published().filter(blog=blog, tags__slug=tag_slug)
    return _answer(request, kind, _channel(blog, posts, suffix=f" · {tag_slug}"))


@require_safe
def community_feed(request: HttpRequest, community_slug: str, kind: str) -> HttpResponseBase:
    """The feed of all that a community publishes for this reader."""
    reader = _reader(request)
    community = get_object_or_404(Community.objects.visible_to(reader), slug=community_slug)
    posts = Post.objects.visible_to(reader).published().filter(blog__community=community)
    channel = Channel(
        title=community.name,
        description=community.purpose,
        url=absolute(community.get_absolute_url()),
        language=community.language,
        is_public=not reader.is_authenticated,
        posts=posts,
    )
    return _answer(request, kind, channel)


def _reader(request: HttpRequest) -> Reader:
    """Whoever holds the key in the address; feed readers have no session, so none is asked for."""
    key = request.GET.get("key", "")
    return reader_of(key) if key else AnonymousUser()


def _blog(reader: Reader, community_slug: str, blog_slug: str) -> Blog:
    blogs = Blog.objects.visible_to(reader).select_related("community")
    return get_object_or_404(blogs, community__slug=community_slug, slug=blog_slug)


def _channel(blog: Blog, posts: PostQuerySet, suffix: str = "") -> Channel:
    return Channel(
        title=f"{blog.name}{suffix} · {blog.community.name}",
        description=blog.description,
        url=absolute(blog.get_absolute_url()),
        language=blog.community.language,
        is_public=blog.audience == Audience.PUBLIC,
        posts=posts,
    )


def _answer(request: HttpRequest, kind: str, channel: Channel) -> HttpResponseBase:
    """Answer the feed, or 304 where the reader has it as it is: that costs one small query."""
    latest = channel.posts.order_by("-published_at", "-pk")
    state = list(latest.values_list("pk", "version", "updated_at", "published_at")[:POSTS_A_FEED])
    moments = [moment for row in state for moment in row[2:] if moment]
    changed = max(moments, default=datetime(2000, 1, 1, tzinfo=UTC))
    etag = quote_etag(hashlib.sha256(f"{kind}{channel.title}{state}".encode()).hexdigest()[:32])
    # A post that is withdrawn changes the tag and not the date, so the tag decides where a reader sends both.
    response = get_conditional_response(request, etag, int(changed.timestamp())) or _render(kind, channel, latest)
    response["ETag"] = etag
    response["Last-Modified"] = http_date(changed.timestamp())
    response["Cache-Control"] = "public, max-age=300" if channel.is_public else "private, no-cache"
    return response


def _render(kind: str, channel: Channel, latest: PostQuerySet) -> HttpResponse:
    feed = KINDS[kind](
        title=channel.title, link=channel.url, description=channel.description, language=channel.language
    )
    for post in latest.with_authors().with_tags()[:POSTS_A_FEED]:
        url = absolute(post.get_absolute_url())
        feed.add_item(
            title=post.title,
            link=url,
            unique_id=absolute(f"/posts/{post.pk}"),
            unique_id_is_permalink=False,
            description=summary_of(post),
            content=str(with_absolute_links(post.body_html)),
            author_name=post.author.display_name if post.author else None,
            pubdate=post.published_at,
            updateddate=post.updated_at,
            categories=[tag.name for tag in post.tags.all()],
        )
    return HttpResponse(feed.writeString("utf-8"), content_type=CONTENT_TYPES[kind])
