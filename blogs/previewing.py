"""What a feed would become in a blog, before anything is kept."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString

from blogs.choosing import planned, to_begin_with
from blogs.entries import Feed, FeedEntry
from blogs.models import Blog
from blogs.rounding_up import Credit, entry_body, entry_title, round_up_body, round_up_title
from blogs.sources import Grouping, Start
from cop.markup.fields import stored
from cop.markup.rendering import render

SHOWN = 8
ARTICLES_SHOWN = 5


@dataclass(frozen=True)
class Example:
    """One way of making posts: how many posts it would be to begin with, and the first of them."""

    grouping: str
    label: str
    posts: int
    entries: int
    title: str
    html: SafeString
    more: int


@dataclass(frozen=True)
class Preview:
    """A feed as a facilitator looks at it: its first entries and an example of each way of making posts."""

    feed: Feed
    entries: list[FeedEntry]
    more: int
    examples: list[Example]


def preview(feed: Feed, *, blog: Blog, at: datetime) -> Preview:
    """Show what `feed` would become in `blog` if it began now with the latest issue."""
    credit = Credit(title=feed.journal or feed.title, url=feed.url)
    sound = [entry for entry in feed.entries if entry.title or entry.url]
    examples = [_example(sound, credit, grouping, at) for grouping in (Grouping.ISSUE, Grouping.EACH)] if sound else []
    return Preview(feed=feed, entries=sound[:SHOWN], more=max(len(sound) - SHOWN, 0), examples=examples)


def _example(entries: list[FeedEntry], credit: Credit, grouping: Grouping, at: datetime) -> Example:
    chosen = sorted(to_begin_with(entries, start=Start.LATEST, grouping=grouping, at=at))
    posts = planned(entries, chosen, grouping=grouping, credit=credit)
    shown = planned(entries, chosen or range(len(entries)), grouping=grouping, credit=credit)[0]
    inside = [entries[position] for position in shown.positions]
    if grouping == Grouping.EACH:
        title, body = entry_title(inside[0]), entry_body(inside[0], credit)
    else:
        title, body = round_up_title(inside, credit), round_up_body(inside[:ARTICLES_SHOWN], credit)
    return Example(
        grouping=grouping.value,
        label=str(grouping.label),
        posts=len(posts),
        entries=len(chosen),
        title=title,
        html=stored(render(body).html),
        more=max(len(inside) - ARTICLES_SHOWN, 0),
    )
