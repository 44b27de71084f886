"""Reading: lists, posts, tags, the archive; for whom, and at what cost."""

import json
import re
from datetime import UTC, datetime

import pytest
from django.urls import reverse
from pytest_django.asserts import assertRedirects

from blogs.models import Blog, Post
from cop.files.models import File
from cop.notifications.models import Activity
from tests.factories import BlogFactory, FileFactory, PostFactory


def of_month(blog: Blog, year: int, month: int, **given) -> Post:
    return PostFactory(blog=blog, published_at=datetime(year, month, 10, tzinfo=UTC), **given)


def test_a_blog_lists_what_is_published_the_newest_first(visitor, blog):
    of_month(blog, 2026, 1, title="Older")
    of_month(blog, 2026, 2, title="Newer")
    PostFactory(blog=blog, title="Unfinished", state="draft")
    page = visitor.get(blog.get_absolute_url()).content.decode()
    assert page.index("Newer") < page.index("Older")
    assert "Unfinished" not in page


def test_the_list_leads_on_to_older_posts(visitor, blog):
    for month in range(1, 13):
        of_month(blog, 2024, month)
        of_month(blog, 2025, month)
    first = visitor.get(blog.get_absolute_url()).context["listing"]["page"]
    second = visitor.get(blog.get_absolute_url(), {"page": first.older}).context["listing"]["page"]
    assert len(first.rows) + len(second.rows) == 24
    assert not second.older


@pytest.mark.parametrize("mark", ["nonsense", "%00", "x" * 5000, "eyJhIjoxfQ"])
def test_a_mark_that_nobody_wrote_is_the_first_page(visitor, post, blog, mark):
    assert "Open access week" in visitor.get(blog.get_absolute_url(), {"page": mark}).content.decode()


def test_a_facilitator_finds_unfinished_posts_on_the_blog_s_page(as_facilitator, as_member, blog):
    PostFactory(blog=blog, title="Brand new", state="draft")
    assert "Brand new" in as_facilitator.get(blog.get_absolute_url()).content.decode()
    assert "Brand new" not in as_member.get(blog.get_absolute_url()).content.decode()


def test_an_empty_blog_says_what_it_is_for(visitor, blog):
    assert "Nothing published yet" in visitor.get(blog.get_absolute_url()).content.decode()


def test_a_tag_s_page_lists_its_posts(visitor, blog, at):
    PostFactory(blog=blog, title="With tea", tags=["Чай и книги"])
    PostFactory(blog=blog, title="Without")
    listed = visitor.get(blog.get_absolute_url()).content.decode()
    url = re.search(r'href="([^"]+/tags/[^"]+)"', listed)[1]
    page = visitor.get(url).content.decode()
    assert "With tea" in page
    assert "Without" not in page


def test_a_tag_that_nothing_published_has_is_not_found(visitor, blog, at):
    PostFactory(blog=blog, state="draft", tags=["secret"])
    assert visitor.get(at("tag", "secret")).status_code == 404


def test_the_archive_by_month_and_year(visitor, blog, at):
    of_month(blog, 2025, 12, title="December")
    of_month(blog, 2026, 1, title="January")
    assert "January" in visitor.get(at("archive-month", 2026, 1)).content.decode()
    assert "December" in visitor.get(at("archive-month", 2025, 12)).content.decode()
    assert 'archive/2025/"' in visitor.get(blog.get_absolute_url()).content.decode()
    assert 'archive/2026/1/"' in visitor.get(at("archive-year", 2026)).content.decode()
    year = [row.title for row in visitor.get(at("archive-year", 2026)).context["page"].rows]
    assert year == ["January"]


def test_a_month_is_the_same_month_in_every_zone(as_member, member, blog, at):
    member.timezone = "America/Los_Angeles"
    member.save()
    PostFactory(blog=blog, published_at=datetime(2026, 3, 1, 2, tzinfo=UTC))
    assert '<h1 dir="auto">March 2026</h1>' in as_member.get(at("archive-month", 2026, 3)).content.decode()


@pytest.mark.parametrize(("year", "month"), [(2026, 13), (2026, 0), (0, 1), (9999, 12), (99999, 1)])
def test_times_that_no_calendar_has_are_not_found(visitor, blog, at, year, month):
    assert visitor.get(at("archive-month", year, month)).status_code == 404


def test_a_post_leads_to_the_one_before_and_the_one_after(visitor, blog):
    before, middle, after = (of_month(blog, 2026, month, title=f"In month {month}") for month in (1, 2, 3))
    context = visitor.get(middle.get_absolute_url()).context
    assert (context["near"]["previous"], context["near"]["next"]) == (before, after)


def test_posts_of_one_moment_are_all_reached_by_walking(visitor, blog):
    posts = [of_month(blog, 2026, 1) for _ in range(3)]
    middle = visitor.get(posts[1].get_absolute_url()).context
    assert (middle["near"]["previous"], middle["near"]["next"]) == (posts[0], posts[2])


def test_a_post_says_what_it_is_to_machines(visitor, blog, post):
    page = visitor.get(post.get_absolute_url()).content.decode()
    data = json.loads(re.search(r'<script type="application/ld\+json">(.+?)</script>', page)[1])
    assert data["headline"] == "Open access week"
    assert f'<link rel="canonical" href="http://localhost:8000{post.get_absolute_url()}">' in page
    assert 'property="og:title" content="Open access week"' in page
    assert 'type="application/atom+xml"' in page


def test_a_title_cannot_leave_the_data_for_machines(visitor, blog):
    post = PostFactory(blog=blog, title="</script><script>alert(1)</script>")
    page = visitor.get(post.get_absolute_url()).content.decode()
    assert "<script>alert" not in page


def test_a_public_post_offers_new_ones_by_mail_and_a_closed_one_to_members(visitor, as_member, post, community):
    closed = PostFactory(blog=BlogFactory(community=community, audience="community"))
    assert "Get new posts by e-mail" in visitor.get(post.get_absolute_url()).content.decode()
    assert visitor.get(closed.get_absolute_url()).status_code == 404
    assert as_member.get(closed.get_absolute_url()).status_code == 200


def test_a_closed_community_may_keep_a_public_blog(visitor, post, community):
    community.audience = "community"
    community.save()
    assert visitor.get(post.get_absolute_url()).status_code == 200
    assert visitor.get(post.blog.get_absolute_url()).status_code == 200


def test_a_post_under_another_blog_s_address_leads_to_its_own(visitor, post, community):
    other = BlogFactory(community=community)
    url = post.get_absolute_url().replace("/news/", f"/{other.slug}/")
    assertRedirects(visitor.get(url), post.get_absolute_url(), status_code=301)


def test_a_blog_is_opened_with_an_address_made_from_its_name(as_facilitator, community):
    url = reverse("blogs:blog-add", args=["library"])
    as_facilitator.post(url, {"name": "News of the day", "audience": "public", "writers": "members"})
    assert Blog.objects.get().slug == "news-of-the-day"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": "Other", "slug": "news"}, "Another blog of this community has this address"),
        ({"name": "Other", "slug": "new"}, "used by the site itself"),
        ({"name": "图书馆"}, "none could be made from this name"),
        ({"name": "\u200b"}, ""),
        ({"name": "Other", "audience": "everybody"}, "Select a valid choice"),
        ({"name": "Other", "slug": "a b"}, "slug"),
    ],
)
def test_a_blog_that_cannot_be_opened_says_why(as_facilitator, blog, community, given, said):
    url = reverse("blogs:blog-add", args=["library"])
    answer = as_facilitator.post(url, {"audience": "public", "writers": "members", "description": "Kept.", **given})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "Kept." in answer.content.decode()
    assert Blog.objects.count() == 1


def test_a_blog_that_becomes_closed_takes_its_story_and_its_images_with_it(as_facilitator, visitor, draft, blog, at):
    cover, inside = (FileFactory(community=blog.community, audience="public") for _ in range(2))
    Post.objects.filter(pk=draft.pk).update(cover=cover, body=f"![Tea]({inside.get_absolute_url()})")
    as_facilitator.post(at("post-publish", draft.pk))
    as_facilitator.post(at("blog-edit"), {"name": "News", "audience": "community", "writers": "facilitators"})
    assert Activity.objects.get().audience == "community"
    assert set(File.objects.values_list("audience", flat=True)) == {"community"}


def test_a_blog_s_address_stays_for_the_mails_that_hold_it(as_facilitator, blog, at):
    given = {"name": "Renamed", "slug": "renamed", "audience": "public", "writers": "members"}
    as_facilitator.post(at("blog-edit"), given)
    blog.refresh_from_db()
    assert (blog.name, blog.slug) == ("Renamed", "news")


def lists(blog: Blog) -> dict[str, str]:
    post = blog.posts.published().first()
    base = blog.get_absolute_url()
    return {
        "blogs": reverse("blogs:blogs", args=["library"]),
        "blog": base,
        "tag": f"{base}tags/tea/",
        "archive": f"{base}archive/2026/",
        "post": post.get_absolute_url(),
        "history": reverse("blogs:post-history", args=["library", "news", post.pk]),
        "edit": reverse("blogs:post-edit", args=["library", "news", post.pk]),
        "feed": f"{base}feed.atom",
        "community feed": "/c/library/feed.rss",
        "sitemap": "/sitemap-posts.xml",
    }


def fill(blog: Blog, count: int) -> None:
    for number in range(count):
        post = of_month(blog, 2026, number % 12 + 1, tags=["tea", f"tag {number}"])
        PostFactory(blog=blog, author=post.author, state="draft")
        BlogFactory(community=blog.community)


PAGES = ["blogs", "blog", "tag", "archive", "post", "history", "edit", "feed", "community feed", "sitemap"]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_costs_as_many_queries_with_20_rows_as_with_2(name, blog, as_facilitator, query_count):
    fill(blog, 2)
    few = query_count(as_facilitator, lists(blog)[name])
    fill(blog, 18)
    assert query_count(as_facilitator, lists(blog)[name]) == few


@pytest.mark.parametrize("name", ["blog", "post"])
def test_a_page_keeps_its_budget_of_queries(name, blog, visitor, as_member, query_count):
    fill(blog, 3)
    assert query_count(visitor, lists(blog)[name]) <= 5
    assert query_count(as_member, lists(blog)[name]) <= 8


def test_a_visitor_gets_no_session(visitor, post):
    visitor.get(post.get_absolute_url())
    assert "sessionid" not in visitor.cookies
