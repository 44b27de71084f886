"""Registries: how a lower floor reaches a higher one without importing it. Apps fill them in `AppConfig.ready()`."""

from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

Entry = TypeVar("Entry")


class Registry(Generic[Entry]):
    """Named entries of one kind; a name given twice is a mistake and raises."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._entries: dict[str, Entry] = {}

    def register(self, name: str, entry: Entry) -> None:
        """Keep `entry` under `name`; raise ValueError where the name is taken by another entry."""
        if name in self._entries and self._entries[name] is not entry:
            raise ValueError(f"{self.what}: {name!r} is registered twice")
        self._entries[name] = entry

    def register_all(self, entries: Mapping[str, Entry]) -> None:
        """Keep several entries, by name."""
        for name, entry in entries.items():
            self.register(name, entry)

    def get(self, name: str) -> Entry | None:
        """Give the entry called `name`, or None."""
        return self._entries.get(name)

    def __getitem__(self, name: str) -> Entry:
        return self._entries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)
