"""A feed and its entries as they were read: plain text, no markup, no promise that anything is there."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class FeedEntry:
    """One entry in plain text. `doi` is bare and lower-case; unless `doi_is_sure` it was only mentioned in the text."""

    title: str = ""
    url: str = ""
    guid: str = ""
    doi: str = ""
    doi_is_sure: bool = False
    journal: str = ""
    volume: str = ""
    number: str = ""
    pages: str = ""
    authors: tuple[str, ...] = ()
    abstract: str = ""
    published_at: datetime | None = None


@dataclass(frozen=True)
class Feed:
    """A feed; `journal` is its title without the words that publishers put round it."""

    title: str = ""
    url: str = ""
    journal: str = ""
    entries: list[FeedEntry] = field(default_factory=list)
