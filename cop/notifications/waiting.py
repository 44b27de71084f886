"""What waits for somebody to do something, beside what they are told of: shown on top of the bell, and counted in it.

    waiting.register("care", WaitingKind(rows=…, lines=…))

where `rows(user)` is a queryset with a row for each place to look at, not asked yet, or None where nothing can wait for
this person, and `lines(user)` names those places. A kind with a page of its own can have a link in the head of every
page, for those to whom it is open. Of all kinds together, and of their pages, each page asks by one query.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, Func, IntegerField, Q, QuerySet, Subquery
from django.utils.functional import Promise

from cop.base.registries import Registry
from members.audiences import Reader
from members.models import User


@dataclass(frozen=True)
class Line:
    """One place where something waits: what to call it, where it is, and whose community's it is."""

    text: str
    url: str
    community: str


@dataclass(frozen=True)
class Page:
    """A link in the head of each page: what to call it, the name of its address, and for whom it is there."""

    label: str | Promise
    url_name: str
    is_open_to: Callable[[User], Q | Exists]


@dataclass(frozen=True)
class WaitingKind:
    """One sort of things that wait for people."""

    rows: Callable[[User], "QuerySet[Any] | None"]
    lines: Callable[[User], list[Line]]
    page: Page | None = None


@dataclass(frozen=True)
class Link:
    """A page in the head of each page, with how much waits there."""

    name: str
    label: str | Promise
    url_name: str
    count: int


@dataclass(frozen=True)
class Waiting:
    """In how many places something waits, by kind, and which kinds' pages are open to somebody."""

    counts: Mapping[str, int] = field(default_factory=dict)
    links: Sequence[Link] = ()

    @property
    def count(self) -> int:
        """In how many places something waits."""
        return sum(self.counts.values())


kinds: Registry[WaitingKind] = Registry("what waits for people")


def register(name: str, kind: WaitingKind) -> None:
    """Let the bell say what waits."""
    kinds.register(name, kind)


def waiting_for(user: Reader) -> Waiting:
    """Give in how many places something waits for somebody, and the pages that are open to them; one query."""
    if not user.is_authenticated:
        return Waiting()
    counted = {f"count_{name}": _counted(rows) for name in kinds if (rows := kinds[name].rows(user)) is not None}
    pages = {name: page for name in kinds if (page := kinds[name].page)}
    opened = {f"open_{name}": ExpressionWrapper(page.is_open_to(user), BooleanField()) for name, page in pages.items()}
    found = cast("dict[str, Any]", User.objects.values(**counted, **opened).get(pk=user.pk))
    counts = {name: found.get(f"count_{name}", 0) for name in kinds}
    links = [
        Link(name, page.label, page.url_name, counts[name]) for name, page in pages.items() if found.get(f"open_{name}")
    ]
    return Waiting(counts, links)


def _counted(rows: "QuerySet[Any]") -> Subquery:
    # An aggregate of Django's own would be grouped, and give no row where there is nothing.
    return Subquery(rows.order_by().values(n=Func(F("pk"), function="COUNT", output_field=IntegerField())))


def lines_for(user: User) -> list[Line]:
    """Name the places where something waits for somebody."""
    return [line for name in kinds for line in kinds[name].lines(user)]
