"""Taking a document's entries in: each is either known, whatever it calls itself this time, or new."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from blogs.entries import FeedEntry
from blogs.recognising import ambiguous, identities, may_be_same
from blogs.sources import Entry, EntryIdentity, FeedSource


@dataclass(frozen=True)
class Taken:
    """An entry of a document as it is kept, whether it was new, and whether the document listed it before."""

    entry: Entry
    is_new: bool
    is_again: bool


@dataclass
class _Known:
    """What is known of a source's identities while one of its documents is read."""

    holders: dict[str, tuple[str, Entry]]
    doubtful: set[str]


def take_in(source: FeedSource, entries: Sequence[FeedEntry], *, at: datetime) -> list[Taken]:
    """Keep the new ones of `entries` and give all of them in the document's order.

    Entries without a title and without a link are passed over: nothing could be said of them. The source's row is
    locked meanwhile, so two workers take one document in after the other.
    """
    scope = str(source.pk)
    sound = [entry for entry in entries if entry.title or entry.url]
    doubtful = ambiguous(sound, scope=scope)
    own = [identities(entry, scope=scope) for entry in sound]
    with transaction.atomic():
        FeedSource.objects.select_for_update().get(pk=source.pk)
        known = _Known(_holders(source, {digest for found in own for digest in found.values()}), doubtful)
        taken: list[Taken] = []
        met: set[int] = set()
        fresh: list[EntryIdentity] = []
        for entry, found in zip(sound, own, strict=True):
            row = _recognised(entry, found, known) or _row(source, entry, at)
            fresh += _remember(source, row, found, known)
            is_again = id(row) in met
            taken.append(Taken(row, is_new=row._state.adding and not is_again, is_again=is_again))
            met.add(id(row))
        Entry.objects.bulk_create([one.entry for one in taken if one.is_new])
        EntryIdentity.objects.bulk_create(fresh)
    return taken


def _holders(source: FeedSource, digests: set[str]) -> dict[str, tuple[str, Entry]]:
    rows = EntryIdentity.objects.filter(source=source, digest__in=digests).values_list("digest", "kind", "entry_id")
    found = list(rows)
    # One object for an entry, however many of its identities are asked for.
    entries = Entry.objects.in_bulk({entry_id for _digest, _kind, entry_id in found})
    return {digest: (kind, entries[entry_id]) for digest, kind, entry_id in found}


def _recognised(entry: FeedEntry, found: dict[str, str], known: _Known) -> Entry | None:
    for kind, digest in found.items():
        if digest in known.doubtful or digest not in known.holders:
            continue
        holder = known.holders[digest][1]
        if may_be_same(entry, holder.as_read(), by=kind):
            return holder
    return None


def _row(source: FeedSource, entry: FeedEntry, at: datetime) -> Entry:
    return Entry(
        source=source,
        title=entry.title,
        url=entry.url,
        guid=entry.guid,
        doi=entry.doi,
        doi_is_sure=entry.doi_is_sure,
        journal=entry.journal,
        volume=entry.volume,
        number=entry.number,
        pages=entry.pages,
        authors=list(entry.authors),
        abstract=entry.abstract,
        published_at=entry.published_at,
        seen_at=at,
    )


def _remember(source: FeedSource, row: Entry, found: dict[str, str], known: _Known) -> list[EntryIdentity]:
    """Give the identities that `row` is to be known by from now on: nobody else's, and not doubtful."""
    fresh = {
        digest: kind for kind, digest in found.items() if digest not in known.doubtful and digest not in known.holders
    }
    known.holders |= {digest: (kind, row) for digest, kind in fresh.items()}
    return [EntryIdentity(source=source, entry=row, kind=kind, digest=digest) for digest, kind in fresh.items()]
