"""When a source is asked, how politely, and what happens when it does not answer."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from werkzeug import Request, Response

from blogs import tasks
from blogs.collecting import LONGEST_BACK_OFF, PAUSE_AFTER, POLL_EVERY, ask_again, claim, collect
from blogs.models import Blog, Post
from blogs.sources import FeedSource, SourceUse
from tests.collecting.feeds import article, rss

NOW = datetime(2026, 1, 10, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loopback_allowed")]


@pytest.fixture
def source(use, httpserver) -> FeedSource:
    """The source of `use`, served at /feed and due."""
    use.source.url = httpserver.url_for("/feed")
    use.source.next_poll_at = NOW
    use.source.save()
    return use.source


def answer(httpserver, *items, **headers) -> None:
    httpserver.clear()
    httpserver.expect_request("/feed").respond_with_data(rss(items), headers=headers)


def fail(httpserver, status: int = 500, **headers) -> None:
    httpserver.clear()
    httpserver.expect_request("/feed").respond_with_response(Response(status=status, headers=headers))


def test_a_due_source_is_collected_and_asked_again_later(source, httpserver):
    answer(httpserver, article(1))
    collected = collect(source, at=NOW)
    source.refresh_from_db()
    assert [entry.title[-1] for entry in collected.new] == ["1"]
    assert (source.title, source.failures, source.collected_at) == ("Journal of Tests", 0, NOW)
    assert POLL_EVERY * 0.8 < source.next_poll_at - NOW < POLL_EVERY * 1.2
    assert Post.objects.get().state == "published"


def test_a_source_is_asked_by_one_worker_only(source):
    assert claim(source, at=NOW)
    assert not claim(source, at=NOW)
    assert collect(source, at=NOW) is None


def test_a_claim_of_a_worker_that_died_runs_out(source):
    assert claim(source, at=NOW)
    assert claim(source, at=NOW + timedelta(minutes=11))


def test_a_source_that_is_not_due_is_not_asked(source):
    assert collect(source, at=NOW - timedelta(seconds=1)) is None


def test_nothing_is_fetched_twice_that_did_not_change(source, httpserver):
    answer(httpserver, article(1), ETag='"v1"')
    collect(source, at=NOW)

    def unchanged(request: Request) -> Response:
        assert request.headers["If-None-Match"] == '"v1"'
        return Response(status=304)

    httpserver.clear()
    httpserver.expect_request("/feed").respond_with_handler(unchanged)
    collected = collect(source, at=NOW + timedelta(hours=3))
    httpserver.check()
    assert (collected.is_unchanged, Post.objects.count()) == (True, 1)


def test_a_blog_that_begins_sees_the_whole_feed(source, httpserver, use):
    answer(httpserver, article(1), ETag='"v1"')
    collect(source, at=NOW)
    other = Blog.objects.create(community=use.blog.community, name="Other", slug="other")
    SourceUse.objects.create(blog=other, source=source, mode="draft", start="all", added_by=use.added_by)
    ask_again(source, at=NOW)
    collect(source, at=NOW + timedelta(hours=3))
    assert "If-None-Match" not in httpserver.log[-1][0].headers
    assert Post.objects.filter(blog=other).count() == 1


def test_failures_make_it_wait_longer_each_time(source, httpserver):
    fail(httpserver)
    waits, at = [], NOW
    for _ in range(PAUSE_AFTER - 1):
        collect(source, at=at)
        source.refresh_from_db()
        waits.append(source.next_poll_at - at)
        at = source.next_poll_at
    assert (source.failures, source.state) == (PAUSE_AFTER - 1, "active")
    assert waits[1] > waits[0] * 1.4
    assert max(waits) < LONGEST_BACK_OFF * 1.2
    assert "error (500)" in source.trouble


def test_a_source_that_keeps_failing_is_paused(source, httpserver):
    fail(httpserver)
    FeedSource.objects.update(failures=PAUSE_AFTER - 1)
    collect(source, at=NOW)
    source.refresh_from_db()
    assert source.state == "paused"
    assert not FeedSource.objects.due(NOW + timedelta(days=30)).exists()


def test_a_feed_that_was_given_up_is_paused_at_once(source, httpserver):
    fail(httpserver, 410)
    collect(source, at=NOW)
    source.refresh_from_db()
    assert (source.state, "given up" in source.trouble) == ("paused", True)


def test_a_source_that_works_again_forgets_its_failures(source, httpserver):
    answer(httpserver, article(1))
    FeedSource.objects.update(failures=5, trouble="It failed.")
    collect(source, at=NOW)
    source.refresh_from_db()
    assert (source.failures, source.trouble) == (0, "")


def test_a_server_that_asks_us_to_wait_is_obeyed(source, httpserver):
    fail(httpserver, 503, **{"Retry-After": "86400"})
    collect(source, at=NOW)
    source.refresh_from_db()
    assert source.next_poll_at == NOW + timedelta(days=1)


def test_a_page_instead_of_a_feed_counts_as_a_failure(source, httpserver):
    httpserver.expect_request("/feed").respond_with_data("<html><body>Sorry</body></html>")
    assert collect(source, at=NOW).trouble
    source.refresh_from_db()
    assert source.failures == 1


def test_a_feed_that_moved_for_good_is_asked_there(source, httpserver):
    httpserver.expect_request("/feed").respond_with_response(Response(status=301, headers={"Location": "/new"}))
    httpserver.expect_request("/new").respond_with_data(rss([article(1)]))
    collect(source, at=NOW)
    source.refresh_from_db()
    assert source.url == httpserver.url_for("/new")


@pytest.mark.parametrize("change", ["paused use", "archived community", "paused source", "by hand"])
def test_sources_that_nobody_wants_are_not_due(source, use, change):
    assert FeedSource.objects.due(NOW).get() == source
    if change == "paused use":
        SourceUse.objects.update(is_paused=True)
    elif change == "archived community":
        use.blog.community.archived_at = NOW
        use.blog.community.save()
    else:
        FeedSource.objects.update(state="paused" if change == "paused source" else "by-hand")
    assert not FeedSource.objects.due(NOW).exists()


def test_the_feed_that_has_waited_longest_is_asked_first(use, monkeypatch):
    asked: list[int] = []
    monkeypatch.setattr(tasks.collect_source, "delay", asked.append)
    now = timezone.now()
    FeedSource.objects.update(next_poll_at=now - timedelta(minutes=1))
    older = FeedSource.objects.create(url="https://feeds.example/older", next_poll_at=now - timedelta(hours=1))
    SourceUse.objects.create(blog=use.blog, source=older, mode="publish")
    tasks.collect_due()
    assert asked == [older.pk, use.source_id]
