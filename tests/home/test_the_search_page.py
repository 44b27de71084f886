"""The search page, over the site and within a community."""

import pytest
from django.core.cache import caches

from tests.factories import BlogFactory, CommunityFactory, PostFactory


@pytest.fixture
def blog(community):
    return BlogFactory(community=community, name="News", slug="news")


def shown(client, query="", path="/search/"):
    answer = client.get(path, query and {"q": query})
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_field_stands_on_every_page_and_searches_where_one_is(visitor, community, blog):
    assert 'action="/search/"' in shown(visitor, path="/")
    assert 'action="/c/library/search/"' in shown(visitor, path="/c/library/blogs/news/")


def test_a_hit_shows_title_excerpt_author_and_community(visitor, blog, facilitator):
    PostFactory(blog=blog, author=facilitator, title="Harvest <b>week</b>", body="The *harvest* was <late>.")
    page = shown(visitor, "harvest")
    assert "<mark>Harvest</mark> &lt;b&gt;week&lt;/b&gt;" in page
    assert "The <mark>harvest</mark> was" in page
    assert "<b>week" not in page
    assert "Fatima" in page
    assert "Library Team" in page
    assert "1 found" in page


def test_what_was_typed_stays_in_the_field(visitor, db):
    assert 'value="&lt;script&gt;&quot;"' in shown(visitor, '<script>"')


def test_within_a_community_nothing_else_is_found(visitor, community, blog):
    PostFactory(blog=BlogFactory(community=CommunityFactory(name="Vets")), title="Goats elsewhere")
    page = shown(visitor, "goats", "/c/library/search/")
    assert "Goats elsewhere" not in page
    assert "/search/?q=goats" in page
    assert "<mark>Goats</mark> elsewhere" in shown(visitor, "goats")


def test_nobody_finds_what_is_for_others(visitor, as_member, as_outsider, community, facilitator):
    desk = BlogFactory(community=community, slug="desk", audience="community")
    PostFactory(blog=desk, author=facilitator, title="Lunch rota")
    assert "<mark>Lunch</mark> rota" in shown(as_member, "lunch")
    assert "Nothing found for" in shown(as_outsider, "lunch")
    assert "sign in to search that too" in shown(visitor, "lunch")


def test_nothing_found_says_what_to_try_and_shows_what_is_near(visitor, blog):
    PostFactory(blog=blog, title="Goats in winter")
    page = shown(visitor, "goats zebra tag:zoo", "/c/library/search/")
    assert "Write fewer words" in page
    assert "Search the whole site" in page
    assert "Leave out tag:" in page
    assert "<mark>Goats</mark> in winter" in shown(visitor, "goats zebra")


def test_without_words_the_page_says_what_one_can_write(visitor):
    assert "What you can write" in shown(visitor)
    assert "no word in this" in shown(visitor, "-goats")


def test_a_search_can_stay_within_one_blog(visitor, community, blog):
    other = BlogFactory(community=community)
    PostFactory(blog=blog, title="Goats here")
    PostFactory(blog=other, title="Goats there")
    page = visitor.get("/search/", {"q": "goats", "within": f"blog-{blog.pk}"}).content.decode()
    assert "</mark> here" in page
    assert "</mark> there" not in page


@pytest.mark.parametrize("within", ["blog-0", "horse-1", "x", "topic-1", "blog-99999999999999999999"])
def test_a_search_within_nothing_is_not_found(visitor, db, within):
    assert visitor.get("/search/", {"q": "a", "within": within}).status_code == 404


def test_the_name_of_a_blog_for_members_stays_with_them(visitor, as_member, community):
    desk = BlogFactory(community=community, audience="community", name="Behind the desk")
    assert visitor.get("/search/", {"within": f"blog-{desk.pk}"}).status_code == 404
    assert as_member.get("/search/", {"within": f"blog-{desk.pk}"}).status_code == 200


def test_links_keep_what_was_asked(visitor, blog):
    for number in range(25):
        PostFactory(blog=blog, title=f"Goats & sheep {number}")
    page = visitor.get("/search/", {"q": "goats sheep", "order": "newest", "kind": "post"}).content.decode()
    assert "q=goats+sheep&amp;order=newest&amp;kind=post&amp;page=older." in page


def test_the_number_of_queries_does_not_grow_with_what_is_found(query_count, as_member, blog):
    PostFactory(blog=blog, title="Goats 0", tags=["a"])
    before = query_count(as_member, "/search/?q=goats")
    for number in range(12):
        PostFactory(blog=blog, title=f"Goats {number}", tags=["a", "b"])
    assert query_count(as_member, "/search/?q=goats") == before
    assert query_count(as_member, "/search/?q=goats+tag:a+by:user+in:library") <= before + 1


def test_a_member_who_searches_all_the_time_is_asked_to_wait_too(as_member, blog):
    answers = [as_member.get("/search/", {"q": "goats"}).status_code for _number in range(61)]
    assert answers[-2:] == [200, 429]


def test_a_visitor_who_searches_all_the_time_is_asked_to_wait(visitor, as_member, blog):
    answers = [visitor.get("/search/", {"q": "goats"}).status_code for _number in range(61)]
    assert answers[-2:] == [200, 429]
    assert as_member.get("/search/", {"q": "goats"}).status_code == 200
    caches["default"].clear()
