"""What can be searched: each kind is registered by the app that has it, in its `AppConfig.ready()`.

    searchables.register("post", Searchable(_("Posts"), read=entries_of, ids_after=ids_after))

`read(ids)` gives an unsaved `SearchEntry`, its `kind` left empty, for each of those ids that readers can find today: no
draft, nothing hidden, withdrawn or deleted. `ids_after(id, size)` gives the next ids that there are, in order, for
`manage.py reindex`; it may name some that `read` then leaves out.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from cop.base.registries import Registry
from cop.search.models import SearchEntry


@dataclass(frozen=True)
class Searchable:
    """How entries of one kind are made; `label` is what the search page calls them, in the plural."""

    label: str | Promise
    read: Callable[[Collection[int]], Iterable[SearchEntry]]
    ids_after: Callable[[int, int], list[int]]


kinds: Registry[Searchable] = Registry("searchables")


def register(kind: str, searchable: Searchable) -> None:
    """Let things of `kind` be searched."""
    kinds.register(kind, searchable)
