"""The pages on which a facilitator adds and looks after feeds."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blogs.models import Blog, Post
from blogs.sources import Entry, EntryUse, FeedSource, SourceUse
from blogs.tasks import collect_due
from tests.collecting.feeds import article, rss

NOW = datetime(2026, 1, 10, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loopback_allowed")]


def url(name: str, *more: int) -> str:
    return reverse(f"blogs:source-{name}", args=["library", "news", *more])


def added(httpserver, **changes: str) -> dict[str, str]:
    chosen = {"url": httpserver.url_for("/feed"), "mode": "publish", "grouping": "issue", "start": "all", "note": ""}
    return chosen | changes


@pytest.fixture
def feed(httpserver) -> str:
    httpserver.expect_request("/feed").respond_with_data(rss([article(1), article(2)]))
    return httpserver.url_for("/feed")


def test_an_empty_list_says_what_it_is_for(blog, as_facilitator):
    page = as_facilitator.get(url("list")).content.decode()
    assert "brings in by itself" in page


def test_looking_shows_what_a_feed_would_become_and_keeps_nothing(blog, as_facilitator, feed):
    page = as_facilitator.post(url("find"), {"address": feed}).content.decode()
    assert "Journal of Tests 1 (1)" in page
    assert "matter number 2" in page
    assert not FeedSource.objects.exists()
    assert not Post.objects.exists()


def test_a_found_feed_is_added_and_collected(blog, as_facilitator, feed, httpserver):
    answer = as_facilitator.post(url("add"), added(httpserver))
    collect_due()
    use = SourceUse.objects.get()
    assert answer.url == use.get_absolute_url()
    assert Post.objects.get().title == "Journal of Tests 1 (1)"
    assert "matter number 1" in as_facilitator.get(answer.url).content.decode()


def test_a_feed_is_in_a_blog_once(blog, as_facilitator, feed, httpserver):
    as_facilitator.post(url("add"), added(httpserver))
    answer = as_facilitator.post(url("add"), added(httpserver, note="typed"))
    assert answer.status_code == 422
    assert "has this feed already" in answer.content.decode()
    assert "typed" in answer.content.decode()


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("", "This field is required"),
        ("http://127.0.0.2/", "inside a private network"),
        ("http://127.0.0.1:1/", "No connection"),
        ("ftp://example.org", "must start with"),
        ("https://", "not an address"),
        ("x" * 2000, "at most 1000 characters"),
        ("https://exa\u200bmple.invalid/\u202e", "no computer called"),
    ],
)
def test_an_address_that_gives_nothing_is_answered_with_a_sentence(blog, as_facilitator, address, sentence):
    answer = as_facilitator.post(url("find"), {"address": address})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_a_page_that_is_no_feed_is_answered_with_a_sentence(blog, as_facilitator, httpserver):
    httpserver.expect_request("/").respond_with_data("<html><body>Hi</body></html>", content_type="text/html")
    answer = as_facilitator.post(url("find"), {"address": httpserver.url_for("/")})
    assert "names no feed" in answer.content.decode()


@pytest.mark.parametrize("address", ["file:///etc/passwd", "javascript:alert(1)", "https://user:pw@example.org/"])
def test_an_address_that_may_not_be_kept_is_not_added(blog, as_facilitator, httpserver, address):
    assert as_facilitator.post(url("add"), added(httpserver, url=address)).status_code == 422
    assert not FeedSource.objects.exists()


def test_a_feed_is_paused_resumed_changed_and_removed(use, as_facilitator):
    as_facilitator.post(url("pause", use.pk))
    assert SourceUse.objects.get().is_paused
    as_facilitator.post(url("resume", use.pk))
    assert not SourceUse.objects.get().is_paused
    as_facilitator.post(url("edit", use.pk), {"mode": "draft", "grouping": "each", "note": "Ours"})
    assert (SourceUse.objects.get().mode, SourceUse.objects.get().note) == ("draft", "Ours")
    as_facilitator.post(url("remove", use.pk))
    assert not SourceUse.objects.exists()


def test_a_source_that_was_paused_says_why_and_can_be_resumed(use, as_facilitator):
    FeedSource.objects.update(state="paused", trouble="journal.example took too long to answer.", failures=10)
    page = as_facilitator.get(url("show", use.pk)).content.decode()
    assert "took too long to answer" in page
    as_facilitator.post(url("resume", use.pk))
    assert FeedSource.objects.get().state == "active"


@pytest.mark.parametrize("name", ["pause", "resume", "collect", "remove"])
def test_looking_at_a_button_s_address_changes_nothing(use, as_facilitator, name):
    assert as_facilitator.get(url(name, use.pk)).status_code == 405
    assert SourceUse.objects.filter(is_paused=False).exists()


@pytest.mark.parametrize("name", ["list", "find", "show", "edit"])
def test_others_are_told_who_can(use, as_member, as_outsider, name):
    address = url(name, use.pk) if name in ("show", "edit") else url(name)
    answer = as_member.get(address)
    assert answer.status_code == 403
    assert "facilitators" in answer.content.decode()
    assert as_outsider.get(address).status_code == 403


def test_another_blog_s_feed_is_not_found(use, as_facilitator):
    Blog.objects.create(community=use.blog.community, name="Other", slug="other")
    address = reverse("blogs:source-show", args=["library", "other", use.pk])
    assert as_facilitator.get(address).status_code == 404


def queries(client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("name", ["list", "show"])
def test_pages_ask_as_often_for_twenty_rows_as_for_two(use, as_facilitator, name):
    def add(count: int) -> None:
        for number in range(count):
            source = FeedSource.objects.create(url=f"https://{name}.example/{FeedSource.objects.count()}")
            SourceUse.objects.create(blog=use.blog, source=source)
            entry = Entry.objects.create(source=use.source, title=f"Entry {number}", seen_at=NOW)
            post = Post.objects.create(blog=use.blog, title="P", body="x", author=use.added_by)
            EntryUse.objects.create(use=use, blog=use.blog, entry=entry, state="posted", post=post)

    address = url(name, use.pk) if name == "show" else url(name)
    as_facilitator.get(address)
    add(2)
    few = queries(as_facilitator, address)
    add(18)
    assert queries(as_facilitator, address) == few
