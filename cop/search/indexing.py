"""Keeping what can be found true: whatever changes a thing says so here, in the same transaction."""

import unicodedata
from collections.abc import Iterator

from django.db import transaction

from cop.search.models import SearchEntry
from cop.search.searchables import kinds

TITLE_LENGTH = 300
# PostgreSQL's index of one row ends at 1 MB; nobody looks for the end of a text as long as a book.
TEXT_LENGTH = 60_000
BATCH = 500
KEY = {"kind", "object_id"}
CHANGED = [field.name for field in SearchEntry._meta.fields if field.name not in {"id", *KEY}]


def put(kind: str, *object_ids: int) -> int:
    """Look at things again, and let them be found as they are now, or not at all; give how many can be.

    Call it last in the transaction that changed them, after the row of the blog or forum they are in was touched or
    locked: then nobody changes its audience between the look and the commit.
    """
    found = []
    for entry in kinds[kind].read(object_ids):
        entry.kind = kind
        entry.title, entry.text = tidy(entry.title)[:TITLE_LENGTH], tidy(entry.text)[:TEXT_LENGTH]
        entry.heading = tidy(entry.heading)[:TITLE_LENGTH]
        found.append(entry)
    SearchEntry.objects.bulk_create(
        found, update_conflicts=True, unique_fields=["kind", "object_id"], update_fields=CHANGED, batch_size=200
    )
    if gone := set(object_ids) - {entry.object_id for entry in found}:
        take_out(kind, *gone)
    return len(found)


def take_out(kind: str, *object_ids: int) -> bool:
    """Let things not be found any more; tell whether one was there."""
    return bool(SearchEntry.objects.filter(kind=kind, object_id__in=object_ids).delete()[0])


def change_audience(thing_kind: str, thing_id: int, *, audience: str) -> int:
    """Let all that is in a blog or forum be found by another audience; give how many entries that were."""
    return SearchEntry.objects.within(thing_kind, thing_id).exclude(audience=audience).update(audience=audience)


def take_out_all(thing_kind: str, thing_id: int) -> bool:
    """Let nothing that is in a blog or forum be found any more; tell whether anything was there."""
    return bool(SearchEntry.objects.within(thing_kind, thing_id).delete()[0])


def reindex(kind: str, *, after: int = 0) -> Iterator[tuple[int, int]]:
    """Look at all things of a kind again, a batch a transaction; yield after each the last id and how many were found.

    A run that was killed can begin again where it was, or anew: each batch leaves true what it has looked at.
    """
    is_last = False
    while not is_last:
        ids = kinds[kind].ids_after(after, BATCH)
        is_last = len(ids) < BATCH
        rows = SearchEntry.objects.filter(kind=kind, object_id__gt=after)
        if not is_last:
            rows = rows.filter(object_id__lte=ids[-1])
        with transaction.atomic():
            found = put(kind, *ids) if ids else 0
            rows.exclude(object_id__in=ids).delete()
        after = ids[-1] if ids else after
        yield after, found


def is_empty() -> bool:
    """Whether nothing at all can be found: the index was never made."""
    return not SearchEntry.objects.exists()


def tidy(text: str) -> str:
    """Give text without control characters, which mark hits, and with each letter in one piece."""
    return unicodedata.normalize("NFC", "".join(char if char >= " " or char in "\n\t" else " " for char in text))
