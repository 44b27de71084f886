"""Collecting one document by hand, from a file or an address, with an account of every entry in it."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext as _

from blogs.entries import Feed
from blogs.making_posts import Made, make_posts, take_into_blog
from blogs.models import Blog
from blogs.reading import read
from blogs.sources import EntryUse, FeedSource, SourceState, SourceUse, UseState
from blogs.taking_in import Taken, take_in
from cop.base.fetching import SIZE_LIMIT, FetchFailed, fetch
from members.models import User


@dataclass
class Account:
    """What was done with one document: what was read, what it became, and why each other entry was left out."""

    feed: Feed
    use: SourceUse
    new: int = 0
    made: Made | None = None
    left_out: list[tuple[str, str]] = field(default_factory=list)


def collect_by_hand(
    blog: Blog, where: str, *, mode: str = "", grouping: str = "", start: str = "", by: User | None, at: datetime
) -> Account:
    """Collect the feed at `where` (a path or a web address) into `blog`; raise FetchFailed or NotAFeed.

    What is not said (`mode`, `grouping`, `start`) is as the blog uses the feed already, or as a new use begins. A feed
    that is new here is not asked again by itself.
    """
    url, feed = _read_from(where)
    use = _use(blog, url, feed, by)
    use.mode, use.grouping, use.start = mode or use.mode, grouping or use.grouping, start or use.start
    if use.begun_at is None:
        use.save()
    taken = take_in(use.source, feed.entries, at=at)
    take_into_blog(use, [one.entry for one in taken if not one.is_again], at=at)
    account = Account(feed=feed, use=use, new=sum(one.is_new for one in taken))
    account.made = make_posts(use, at=at)
    account.left_out = _left_out(blog, feed, taken, account.made)
    return account


def _read_from(where: str) -> tuple[str, Feed]:
    if where.startswith(("http://", "https://")):
        fetched = fetch(where)
        return fetched.moved_to or where, read(fetched.content, url=fetched.url, content_type=fetched.content_type)
    path = Path(where)
    try:
        if path.stat().st_size > SIZE_LIMIT:
            raise FetchFailed("too-big", _("The file is larger than any feed is."))
        feed = read(path.read_bytes())
    except OSError as error:
        raise FetchFailed("not-found", _("The file cannot be read: %(why)s") % {"why": error.strerror}) from error
    # The same feed saved on two days is the same source.
    return f"file:{feed.url or feed.title or path.name}"[:1000], feed


def _use(blog: Blog, url: str, feed: Feed, by: User | None) -> SourceUse:
    defaults = {"title": feed.title, "site_url": feed.url, "journal": feed.journal, "state": SourceState.BY_HAND}
    source, _is_new = FeedSource.objects.get_or_create(url=url, defaults=defaults)
    use, _is_new = SourceUse.objects.get_or_create(blog=blog, source=source, defaults={"added_by": by})
    use.blog, use.source = blog, source
    return use


def _left_out(blog: Blog, feed: Feed, taken: list[Taken], made: Made) -> list[tuple[str, str]]:
    """Give (title, why) for each entry of the document that is in no post of this round."""
    fresh = {post.pk for post in made.published + made.drafts}
    rows = EntryUse.objects.filter(blog=blog, entry__in=[one.entry for one in taken]).select_related("post")
    uses = {row.entry_id: row for row in rows}
    silent = [entry for entry in feed.entries if not entry.title and not entry.url]
    found = [(_("(nothing)"), _("it has neither a title nor a link")) for _entry in silent]
    for one in taken:
        row = uses[one.entry.pk]
        if one.is_again:
            found.append((str(one.entry), _("the feed lists it twice")))
        elif row.post_id is None or row.post_id not in fresh:
            found.append((str(one.entry), _why(row)))
    return found


def _why(row: EntryUse) -> str:
    if row.state == UseState.LEFT_OUT:
        return row.get_reason_display()
    if row.post is None:
        return _("its post was deleted")
    return _("it is in the post “%(title)s” already") % {"title": row.post.title}
