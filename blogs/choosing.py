"""Choosing what a blog takes of a feed, and into which posts it goes. The preview and the real thing both ask here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from blogs.entries import FeedEntry
from blogs.rounding_up import Credit, by_issue, entry_title, issue_key, parts, round_up_title
from blogs.sources import Grouping, Start

RECENT = timedelta(days=14)
# A first look must not fill every subscriber's mailbox: a journal of 100 articles would be 100 mails.
FIRST_POSTS = 5
FIRST_ARTICLES = 20


@dataclass(frozen=True)
class Planned:
    """One post that would be made: its title and the positions of its entries."""

    title: str
    positions: list[int]


def to_begin_with(entries: Sequence[FeedEntry], *, start: str, grouping: str, at: datetime) -> set[int]:
    """Give the positions of the entries that a blog takes when it begins to use a feed at the moment `at`.

    `latest` is the newest issue where the journal names issues; else what is dated within the last 14 days; and never
    more than the first look may send: 5 posts, or 20 articles in a round-up without an issue.
    """
    if start == Start.ALL:
        return set(range(len(entries)))
    if start == Start.NOTHING or not entries:
        return set()
    positions = _newest_first(entries, at)
    newest = entries[positions[0]]
    if newest.volume:
        chosen = [position for position in positions if issue_key(entries[position]) == issue_key(newest)]
    else:
        chosen = [position for position in positions if _is_recent(entries[position], at)]
    if grouping == Grouping.EACH:
        return set(chosen[:FIRST_POSTS])
    return set(chosen if newest.volume else chosen[:FIRST_ARTICLES])


def _newest_first(entries: Sequence[FeedEntry], at: datetime) -> list[int]:
    """Feeds put the newest first; a date says more than the order, an entry without a date stays where it is."""
    known = [entry.published_at for entry in entries if entry.published_at and entry.published_at <= at]
    oldest = min(known, default=at)
    dates = [min(entry.published_at, at) if entry.published_at else oldest for entry in entries]
    return sorted(range(len(entries)), key=lambda position: dates[position], reverse=True)


def _is_recent(entry: FeedEntry, at: datetime) -> bool:
    return entry.published_at is None or at - entry.published_at <= RECENT


def planned(entries: Sequence[FeedEntry], positions: Sequence[int], *, grouping: str, credit: Credit) -> list[Planned]:
    """Give the posts that the entries at `positions` would become."""
    if grouping == Grouping.EACH:
        return [Planned(entry_title(entries[position]), [position]) for position in positions]
    posts: list[Planned] = []
    chosen = [entries[position] for position in positions]
    for issue in by_issue(chosen).values():
        articles = [chosen[index] for index in issue]
        for number, part in enumerate(parts(articles, credit)):
            title = round_up_title([articles[index] for index in part], credit, is_more=number > 0)
            posts.append(Planned(title, [positions[issue[index]] for index in part]))
    return posts
