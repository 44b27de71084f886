"""`python -m bench.collecting`: all tables of contents of the shared feeds, collected into a blog.

A first pass over each journal's first date, the later dates, and everything once more; on the database server that
DATABASE_URL names (else SQLite), in a database of its own that is dropped afterwards. `--each`: a post per entry.
"""
# ruff: noqa: E402

import os
import sys
import time
from collections import defaultdict
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.conf import settings
from django.db import connection
from django.test.utils import get_runner
from django.utils import timezone

from blogs.collecting import take
from blogs.making_posts import make_posts
from blogs.models import Blog, Post
from blogs.reading import read
from blogs.recognising import folded
from blogs.sources import EntryUse, FeedSource, Grouping, SourceUse
from members.models import Community

TOC = Path(settings.SHARED_DATA) / "feeds" / "toc"


class Pass:
    """Counts of one pass over some files."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.files = self.entries = self.new = self.expected = self.posts = 0
        self.reading = self.keeping = 0.0

    def row(self) -> str:
        rate = self.entries / (self.reading + self.keeping) if self.entries else 0
        return (
            f"{self.name:<34}{self.files:>6}{self.entries:>9}{self.new:>7}{self.expected:>10}{self.posts:>7}"
            f"{self.reading:>10.2f}{self.keeping:>10.2f}{rate:>11.0f}"
        )


def journals() -> dict[str, list[Path]]:
    """Give the files of each feed in the order of their dates."""
    found = defaultdict(list)
    for path in sorted(TOC.iterdir()):
        found[path.name.split("@")[0]].append(path)
    return dict(found)


def collect(blog: Blog, name: str, path: Path, into: Pass, known: set[str]) -> None:
    """Collect one file; count what was new, and what by its titles should have been."""
    began = time.perf_counter()
    feed = read(path.read_bytes(), url="https://feeds.example/")
    read_at = time.perf_counter()
    source, _ = FeedSource.objects.get_or_create(url=f"https://{name}.example/")
    use, _ = SourceUse.objects.get_or_create(
        blog=blog, source=source, defaults={"mode": "publish", "grouping": grouping(), "start": "all"}
    )
    at = timezone.now()
    collected = take(source, feed, at=at)
    use = SourceUse.objects.select_related("blog__community", "source").get(pk=use.pk)
    made = make_posts(use, at=at)
    titles = {folded(entry.title) for entry in feed.entries}
    into.files += 1
    into.entries += len(feed.entries)
    into.new += len(collected.new)
    into.expected += len(titles - known)
    into.posts += len(made.published)
    into.reading += read_at - began
    into.keeping += time.perf_counter() - read_at
    known |= titles


def grouping() -> str:
    return Grouping.EACH if "--each" in sys.argv else Grouping.ISSUE


def run() -> int:
    """Collect everything and print a table; give 1 where anything came twice or was lost."""
    community = Community.objects.create(name="Bench", slug="bench", purpose="To measure.")
    blog = Blog.objects.create(community=community, name="Journals", slug="journals")
    known: dict[str, set[str]] = defaultdict(set)
    passes = [Pass("first dates"), Pass("later dates"), Pass("everything again")]
    for name, paths in journals().items():
        collect(blog, name, paths[0], passes[0], known[name])
    for name, paths in journals().items():
        for path in paths[1:]:
            collect(blog, name, path, passes[1], known[name])
    for name, paths in journals().items():
        for path in paths:
            collect(blog, name, path, passes[2], known[name])
    posted = list(EntryUse.objects.filter(state="posted").values_list("entry__title", flat=True))
    twice = len(posted) - len({folded(title) for title in posted})
    print(f"\nCollecting {TOC.parent.name}/{TOC.name} on {connection.vendor}, {grouping()}\n")
    heads = f"{'pass':<34}{'files':>6}{'entries':>9}{'new':>7}{'expected':>10}{'posts':>7}"
    print(f"{heads}{'read s':>10}{'keep s':>10}{'entries/s':>11}")
    for one in passes:
        print(one.row())
    print(f"\n{Post.objects.count()} posts, {len(posted)} articles in them, {twice} twice")
    print(f"{EntryUse.objects.filter(reason='double').count()} articles left out that another source had brought")
    return int(twice > 0 or any(one.new != one.expected for one in passes))


def main() -> int:
    """Run in a test database of our own."""
    if not TOC.is_dir():
        print(f"{TOC} is not here: set SHARED_DATA to the folder that holds feeds/toc")
        return 1
    runner = get_runner(settings)(verbosity=0, interactive=False)
    old = runner.setup_databases()
    try:
        return run()
    finally:
        runner.teardown_databases(old)


if __name__ == "__main__":
    sys.exit(main())
