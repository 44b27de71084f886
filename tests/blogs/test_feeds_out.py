"""Feeds out: what a feed reader gets, how little it costs when nothing is new, and who may read what is not public."""

import feedparser
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blogs import publishing
from blogs.models import FeedKey
from tests.factories import BlogFactory, PostFactory


@pytest.fixture
def closed(community):
    """A blog for members, with a post."""
    blog = BlogFactory(community=community, name="Behind the desk", slug="desk", audience="community")
    PostFactory(blog=blog, title="Inside")
    return blog


@pytest.fixture
def key(member) -> str:
    return FeedKey.objects.create(user=member, key="members-own-key").key


@pytest.mark.parametrize(("kind", "version"), [("atom", "atom10"), ("rss", "rss20")])
def test_a_feed_holds_the_whole_text(visitor, blog, kind, version):
    body = "Come *see* [the plan](/c/library/).\n\n<b>&amp;</b> ]]> \x07"
    post = PostFactory(blog=blog, title="Tea & <cake>", body=body, tags=["tea"], author__display_name="Fatima")
    answer = visitor.get(f"{blog.get_absolute_url()}feed.{kind}")
    read = feedparser.parse(answer.content)
    entry = read.entries[0]
    assert (read.bozo, read.version) == (False, version)
    assert "<em>see</em>" in entry.content[0].value
    assert "http://localhost:8000/c/library/" in entry.content[0].value
    assert entry.link == f"http://localhost:8000{post.get_absolute_url()}"
    assert entry.tags[0].term == "tea"
    assert "Tea &amp; &lt;cake&gt;" in entry.title or "Tea & <cake>" in entry.title


def test_drafts_and_withdrawn_posts_are_in_no_feed(visitor, blog):
    for state in ("draft", "scheduled", "withdrawn"):
        PostFactory(blog=blog, state=state)
    assert not feedparser.parse(visitor.get(f"{blog.get_absolute_url()}feed.atom").content).entries


@pytest.mark.parametrize("header", ["ETag", "Last-Modified"])
def test_a_reader_that_has_it_gets_304_for_one_query_on_posts(visitor, blog, post, header):
    url = f"{blog.get_absolute_url()}feed.atom"
    condition = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}[header]
    mark = visitor.get(url)[header]
    with CaptureQueriesContext(connection) as queries:
        answer = visitor.get(url, headers={condition: mark})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer["ETag"]
    assert len(queries) == 2


def test_a_new_post_an_edit_and_a_withdrawal_change_the_tag(visitor, blog, post, facilitator):
    url = f"{blog.get_absolute_url()}feed.rss"
    marks = [visitor.get(url)["ETag"]]
    new = PostFactory(blog=blog)
    marks.append(visitor.get(url)["ETag"])
    publishing.save_post(new, title="Changed", body="Changed.", by=facilitator)
    marks.append(visitor.get(url)["ETag"])
    publishing.withdraw(new, by=facilitator)
    marks.append(visitor.get(url)["ETag"])
    assert len(set(marks[:3])) == 3
    assert marks[3] == marks[0]


def test_a_draft_written_long_ago_is_news_when_it_is_published(visitor, blog, draft, post, facilitator):
    url = f"{blog.get_absolute_url()}feed.atom"
    mark = visitor.get(url)["Last-Modified"]
    type(draft).objects.filter(pk=draft.pk).update(updated_at="2020-01-01T00:00Z")
    publishing.publish(draft, by=facilitator)
    type(draft).objects.filter(pk=draft.pk).update(published_at="2030-01-01T00:00Z")
    assert visitor.get(url, headers={"If-Modified-Since": mark}).status_code == 200


def test_a_tag_s_feed_holds_that_tag_alone(visitor, blog):
    PostFactory(blog=blog, title="With", tags=["tea"])
    PostFactory(blog=blog, title="Without")
    read = feedparser.parse(visitor.get(f"{blog.get_absolute_url()}tags/tea/feed.atom").content)
    assert [entry.title for entry in read.entries] == ["With"]


def test_a_community_s_feed_holds_what_its_reader_may_read(visitor, post, closed, key):
    url = "/c/library/feed.atom"
    public = [entry.title for entry in feedparser.parse(visitor.get(url).content).entries]
    personal = [entry.title for entry in feedparser.parse(visitor.get(url, {"key": key}).content).entries]
    assert public == ["Open access week"]
    assert sorted(personal) == ["Inside", "Open access week"]


def test_a_closed_blog_is_read_with_a_personal_key_alone(visitor, as_member, closed, key):
    url = f"{closed.get_absolute_url()}feed.atom"
    assert visitor.get(url).status_code == 404
    assert as_member.get(url).status_code == 404
    answer = visitor.get(url, {"key": key})
    assert b"Inside" in answer.content
    assert "private" in answer["Cache-Control"]


@pytest.mark.parametrize("key", ["", "x", "members-own-ke", "\u200b", "%00", "k" * 5000])
def test_a_wrong_key_reads_nothing_closed(visitor, closed, key):
    assert visitor.get(f"{closed.get_absolute_url()}feed.atom", {"key": key}).status_code == 404


def test_a_key_follows_its_owner_s_standing(visitor, closed, key, member):
    url = f"{closed.get_absolute_url()}feed.atom"
    member.memberships.update(state="left")
    assert visitor.get(url, {"key": key}).status_code == 404
    member.memberships.update(state="active")
    member.is_active = False
    member.save()
    assert visitor.get(url, {"key": key}).status_code == 404


def test_a_renewed_key_ends_the_old_one(visitor, as_member, closed, key, member):
    as_member.post(reverse("blogs:feed-key-renew"))
    url = f"{closed.get_absolute_url()}feed.atom"
    assert visitor.get(url, {"key": key}).status_code == 404
    assert visitor.get(url, {"key": FeedKey.objects.get(user=member).key}).status_code == 200


def test_looking_at_one_s_feed_addresses_makes_no_key(as_member, closed, member):
    page = as_member.get(reverse("blogs:feed-keys")).content.decode()
    assert "Make my feed addresses" in page
    assert not FeedKey.objects.exists()


def test_one_s_feed_addresses_show_the_closed_blogs_of_one_s_communities(as_member, closed, key):
    page = as_member.get(reverse("blogs:feed-keys")).content.decode()
    assert f"{closed.get_absolute_url()}feed.atom?key={key}" in page


def test_the_sitemap_knows_what_is_public_and_nothing_else(visitor, post, draft, closed):
    index = visitor.get("/sitemap.xml").content.decode()
    posts = visitor.get("/sitemap-posts.xml").content.decode()
    blogs = visitor.get("/sitemap-blogs.xml").content.decode()
    assert "sitemap-posts.xml" in index
    assert posts.count("<loc>") == 1
    assert post.get_absolute_url() in posts
    assert closed.get_absolute_url() not in blogs


def test_robots_are_told_where_the_sitemap_is(visitor, db):
    assert "Sitemap: http://localhost:8000/sitemap.xml" in visitor.get("/robots.txt").content.decode()
