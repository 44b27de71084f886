"""All of the journals' feeds, collected into blogs: everything once, nothing twice, later dates add what is new."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from blogs.collecting import take
from blogs.making_posts import make_posts
from blogs.models import Blog, Post
from blogs.reading import read
from blogs.recognising import folded
from blogs.sources import Entry, EntryUse, FeedSource, SourceUse
from tests.collecting.feeds import TOC

NOW = datetime(2026, 1, 10, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.skipif(not TOC.is_dir(), reason="the shared feeds are not here")]


def journals() -> dict[str, list[Path]]:
    """Give the files of each feed, in the order of their dates."""
    found = defaultdict(list)
    for path in sorted(TOC.iterdir() if TOC.is_dir() else []):
        found[path.name.split("@")[0]].append(path)
    return dict(found)


def collect(blog: Blog, name: str, path: Path, *, at: datetime, grouping: str = "issue") -> int:
    """Collect one file of the feed called `name` into `blog`; give the number of its new entries."""
    source, _ = FeedSource.objects.get_or_create(url=f"https://{name}.example/")
    use, _ = SourceUse.objects.get_or_create(
        blog=blog, source=source, defaults={"mode": "publish", "grouping": grouping, "start": "all"}
    )
    feed = read(path.read_bytes(), url="https://feeds.example/")
    new = len(take(source, feed, at=at).new)
    make_posts(SourceUse.objects.select_related("blog__community", "source").get(pk=use.pk), at=at)
    return new


def titles_in(path: Path) -> set[str]:
    return {folded(entry.title) for entry in read(path.read_bytes()).entries}


@pytest.mark.parametrize("grouping", ["issue", "each"])
def test_every_entry_is_posted_once_and_nothing_twice(blog, facilitator, grouping):
    for name, paths in journals().items():
        for day, path in enumerate(paths):
            collect(blog, name, path, at=NOW + timedelta(days=day), grouping=grouping)
    posted = EntryUse.objects.filter(blog=blog, state="posted")
    posts = Post.objects.count()
    assert EntryUse.objects.filter(state="waiting").count() == 0
    assert posted.exclude(post__state="published").count() == 0
    assert len({folded(title) for title in posted.values_list("entry__title", flat=True)}) == posted.count()
    again = [
        collect(blog, name, path, at=NOW + timedelta(days=9)) for name, paths in journals().items() for path in paths
    ]
    assert sum(again) == 0
    assert (Post.objects.count(), EntryUse.objects.filter(blog=blog, state="posted").count()) == (posts, posted.count())


@pytest.mark.parametrize("name", sorted(journals()))
def test_each_file_s_entries_are_counted(blog, facilitator, name):
    for path in journals()[name][:1]:
        assert collect(blog, name, path, at=NOW) == len(read(path.read_bytes()).entries)


@pytest.mark.parametrize("name", sorted(name for name, paths in journals().items() if len(paths) == 2))
def test_a_later_date_adds_only_what_is_new(blog, facilitator, name):
    first, second = journals()[name]
    collect(blog, name, first, at=NOW)
    assert collect(blog, name, second, at=NOW + timedelta(days=7)) == len(titles_in(second) - titles_in(first))


@pytest.mark.parametrize("name", sorted(name for name, paths in journals().items() if len(paths) == 2))
def test_the_order_of_dates_does_not_matter(blog, facilitator, name):
    first, second = journals()[name]
    collect(blog, name, second, at=NOW)
    collect(blog, name, first, at=NOW + timedelta(days=7))
    assert Entry.objects.count() == len(titles_in(first) | titles_in(second))
