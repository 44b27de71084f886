"""Collecting: a source is asked when it is due, what is new becomes posts in each blog that uses it.

Every step may be broken off and be done again: a claim runs out, an entry taken in is known the next time, one that
waits becomes a post in the next round, and a post that was to be published is found again.
"""

import logging
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q

from blogs.entries import Feed
from blogs.making_posts import Made, make_posts, take_into_blog
from blogs.reading import NotAFeed, read
from blogs.sources import Entry, FeedSource, SourceState, SourceUse
from blogs.taking_in import take_in
from blogs.telling import tell_about_pause
from cop.base.fetching import Fetched, FetchFailed, fetch

logger = logging.getLogger(__name__)

POLL_EVERY = timedelta(hours=2)
CLAIM = timedelta(minutes=10)
FIRST_BACK_OFF = timedelta(minutes=15)
LONGEST_BACK_OFF = timedelta(hours=12)
PAUSE_AFTER = 10  # failures in a row: about three days
JITTER = 0.15


@dataclass
class Collected:
    """What one collecting did: entries that were new, what each blog made of them, or why nothing was read."""

    feed: Feed | None = None
    new: list[Entry] = field(default_factory=list)
    made: list[Made] = field(default_factory=list)
    is_unchanged: bool = False
    trouble: str = ""


def collect(source: FeedSource, *, at: datetime) -> Collected | None:
    """Ask `source` and make posts of what is new, in every blog that wants it; None where another worker is at it."""
    if not claim(source, at=at):
        return None
    collected = Collected()
    uses = SourceUse.objects.wanted().filter(source=source)
    # A blog that begins must see the whole feed, though nothing changed since others saw it.
    etag, last_modified = ("", "") if uses.filter(begun_at=None).exists() else (source.etag, source.last_modified)
    try:
        fetched = fetch(source.url, etag=etag, last_modified=last_modified)
        if fetched.is_unchanged:
            collected.is_unchanged = True
        else:
            collected.feed = read(fetched.content, url=fetched.url, content_type=fetched.content_type)
    except (FetchFailed, NotAFeed) as failure:
        collected.trouble = str(failure)
        note_failure(source, failure, at=at)
        return collected
    collected = take(source, collected.feed, at=at) if collected.feed else collected
    for use in uses.select_related("blog__community", "source", "added_by"):
        collected.made.append(make_posts(use, at=at))
    note_success(source, fetched, at=at)
    return collected


def take(source: FeedSource, feed: Feed, *, at: datetime) -> Collected:
    """Keep the feed's new entries, and note in each blog that wants them which of them are to become posts."""
    describe(source, feed)
    taken = take_in(source, feed.entries, at=at)
    for use in SourceUse.objects.wanted().filter(source=source).select_related("blog"):
        take_into_blog(use, [one.entry for one in taken if not one.is_again], at=at)
    return Collected(feed=feed, new=[one.entry for one in taken if one.is_new])


def claim(source: FeedSource, *, at: datetime) -> bool:
    """Take the source for ourselves until the claim runs out; tell whether we were the first, and it was due."""
    free = Q(claimed_until=None) | Q(claimed_until__lt=at)
    due = FeedSource.objects.filter(free, pk=source.pk, next_poll_at__lte=at)
    if not due.update(claimed_until=at + CLAIM, polled_at=at):
        return False
    source.refresh_from_db()
    return True


def note_success(source: FeedSource, fetched: Fetched, *, at: datetime) -> None:
    """Keep what the next asking needs: when, with which validators, at which address."""
    source.failures, source.trouble = 0, ""
    source.state = SourceState.ACTIVE if source.state == SourceState.PAUSED else source.state
    source.collected_at, source.claimed_until = at, None
    # A blog that began while this was read has seen nothing of it.
    has_new_use = SourceUse.objects.wanted().filter(source=source, begun_at=None).exists()
    source.next_poll_at = at if has_new_use else at + jittered(POLL_EVERY)
    if not fetched.is_unchanged:
        source.etag, source.last_modified = fetched.etag, fetched.last_modified
    moved_to = fetched.moved_to[:1001]
    if 0 < len(moved_to) <= 1000 and not FeedSource.objects.filter(url=moved_to).exists():
        source.url = moved_to
    source.save()


def describe(source: FeedSource, feed: Feed) -> None:
    """Keep the source's title, page and journal as the feed says them."""
    source.title = feed.title[:500] or source.title
    source.site_url = feed.url[:1000] or source.site_url
    source.journal = feed.journal[:200] or source.journal
    source.save(update_fields=["title", "site_url", "journal", "updated_at"])


def note_failure(source: FeedSource, failure: FetchFailed | NotAFeed, *, at: datetime) -> None:
    """Wait longer after each failure; pause the source and tell the facilitators when it keeps failing."""
    is_final = isinstance(failure, FetchFailed) and failure.is_final
    asked_to_wait = failure.retry_after if isinstance(failure, FetchFailed) else 0
    source.failures += 1
    source.trouble = str(failure)[:500]
    source.claimed_until = None
    wait = min(FIRST_BACK_OFF * 2 ** min(source.failures - 1, 10), LONGEST_BACK_OFF)
    source.next_poll_at = at + max(jittered(wait), timedelta(seconds=asked_to_wait))
    must_pause = is_final or source.failures >= PAUSE_AFTER
    if must_pause:
        source.state = SourceState.PAUSED
    source.save()
    logger.info("Source %s failed (%s in a row, %s)", source.pk, source.failures, failure.code)
    if must_pause:
        tell_about_pause(source, at=at)


def jittered(span: timedelta) -> timedelta:
    """Give `span` a little shorter or longer, so that sources don't stay in step."""
    return span * random.uniform(1 - JITTER, 1 + JITTER)  # nosec B311 # noqa: S311 - spreads load, guards nothing


def ask_again(source: FeedSource, *, at: datetime) -> None:
    """Let a source be asked at the next look, also when it was paused."""
    FeedSource.objects.filter(pk=source.pk).update(state=SourceState.ACTIVE, failures=0, next_poll_at=at)
