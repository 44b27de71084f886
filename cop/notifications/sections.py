"""What a beat lists: each section is registered by the app whose things it lists, in its `AppConfig.ready()`.

sections.register("posts", Section(_("New posts"), lines_of_posts))
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from cop.base.registries import Registry
from members.models import Community

LINES_SHOWN = 12


@dataclass(frozen=True)
class Window:
    """Which moments a beat is about (UTC), and for whom it is written.

    What is new was recorded after `since` and up to `until`; what is to come lies between `starts_at`, the beat's own
    moment, and `ends_at`, that of the next one. Only things of these `audiences` may be listed.
    """

    community: Community
    since: datetime
    until: datetime
    starts_at: datetime
    ends_at: datetime
    audiences: Collection[str]


@dataclass(frozen=True)
class Line:
    """One line with a link; `url` is a path of this site, `note` a few words beside the title.

    `by` is whom it names, or whose words it shows: readers who blocked them get the mail without it.
    """

    title: str
    url: str
    note: str = ""
    by: int | None = None


@dataclass(frozen=True)
class Section:
    """A heading, and a function that gives its lines; a fixed number of queries for any number of lines."""

    label: str | Promise
    lines: Callable[[Window], Iterable[Line]]


@dataclass(frozen=True)
class Listed:
    """A section as a mail shows it."""

    label: str | Promise
    lines: list[Line]
    left_out: int


sections: Registry[Section] = Registry("sections of a beat")


def register(name: str, section: Section) -> None:
    """Let beats list a section called `name`."""
    sections.register(name, section)


def choices() -> list[tuple[str, str | Promise]]:
    """Give each section's name and heading, for a form."""
    return [(name, sections[name].label) for name in sections]


@dataclass(frozen=True)
class Found:
    """All lines of the sections of a beat, of which each group of readers gets its own."""

    sections: list[tuple[str | Promise, list[Line]]]

    @property
    def named(self) -> set[int]:
        """Whom it names."""
        return {line.by for _label, lines in self.sections for line in lines if line.by}

    def listed(self, without: Collection[int] = ()) -> list[Listed]:
        """Give the sections as a mail shows them, without the lines of some people."""
        found = []
        for label, lines in self.sections:
            if kept := [line for line in lines if line.by not in without]:
                found.append(Listed(label, kept[:LINES_SHOWN], max(0, len(kept) - LINES_SHOWN)))
        return found


def find(window: Window, names: Collection[str]) -> Found:
    """Look for what the sections of these names (all where there are none) have to list."""
    wanted = [name for name in sections if not names or name in names]
    return Found([(sections[name].label, list(sections[name].lines(window))) for name in wanted])
