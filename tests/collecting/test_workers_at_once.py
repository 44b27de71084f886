"""Two workers on the same feed, or on two feeds of one blog, post nothing twice."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection

from blogs.collecting import take
from blogs.making_posts import make_posts
from blogs.models import Post
from blogs.reading import read
from blogs.sources import Entry, EntryUse, FeedSource, SourceUse
from tests.collecting.feeds import article, rss

NOW = datetime(2026, 1, 10, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*tasks: Callable[[], object]) -> None:
    """Run `tasks` in threads that start together; raise what one of them raised."""
    barrier, errors = threading.Barrier(len(tasks)), []

    def run(task: Callable[[], object]) -> None:
        try:
            barrier.wait()
            task()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def work(use: SourceUse, content: bytes) -> None:
    take(use.source, read(content), at=NOW)
    make_posts(SourceUse.objects.select_related("blog__community", "source").get(pk=use.pk), at=NOW)


@pytest.mark.parametrize("grouping", ["issue", "each"])
def test_two_workers_on_one_source(use, grouping):
    SourceUse.objects.update(grouping=grouping)
    content = rss([article(number) for number in range(12)])
    at_once(*[lambda: work(SourceUse.objects.get(pk=use.pk), content) for _ in range(4)])
    assert (Entry.objects.count(), EntryUse.objects.filter(state="posted").count()) == (12, 12)
    assert Post.objects.count() == (1 if grouping == "issue" else 12)
    assert not Post.objects.exclude(state="published").exists()


def test_two_sources_of_one_blog(use, facilitator):
    source = FeedSource.objects.create(url="https://search.example/feed")
    other = SourceUse.objects.create(blog=use.blog, source=source, mode="publish", start="all", added_by=facilitator)
    one = rss([article(number) for number in range(12)])
    two = rss([article(number, guid=f"x{number}", link=f"https://s.example/{number}") for number in range(6, 18)])
    at_once(lambda: work(use, one), lambda: work(other, two))
    posted = EntryUse.objects.filter(state="posted").values_list("entry__doi", flat=True)
    assert len(posted) == len(set(posted)) == 18
