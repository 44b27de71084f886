"""Routes: what becomes of a mail, by the purpose that its address of ours names.

    routes.register("reply", take)

where `take(arrived)` acts on the mail and gives the address of what came of it; it raises `Refused` with a sentence
for the sender, or `Doubt` where somebody must say first that the mail is theirs. It may run twice for the same mail
and must then do nothing new: `arrived.once` is a key for that.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils.functional import Promise

from cop.base.registries import Registry
from cop.mail.arriving import Arrived


@dataclass(frozen=True)
class Taken:
    """What came of a mail: where it is to be seen, a line to answer its sender with, a note for the list of mails.

    `made` names what it became, as its app calls it ("reply:12").
    """

    url: str = ""
    line: str | Promise = ""
    note: str = ""
    made: str = ""


class Doubt(Exception):
    """Nobody knows yet whether the mail is whose it seems to be; `address` is asked, to be known then as `who`.

    `place` names where others may decide about it meanwhile (nowhere, unless given), `kind` what makes it doubtful.
    """

    def __init__(self, address: str, *, who: str, why: str, place: str = "", kind: str = "") -> None:
        super().__init__(why)
        self.address = address
        self.who = who
        self.why = why
        self.place = place
        self.kind = kind


class Ignored(Exception):
    """There is nothing to do for this mail, and nobody to answer."""


@dataclass(frozen=True)
class Route:
    """What takes the mails of one purpose, and what that is for whoever looks after the site."""

    take: Callable[[Arrived], Taken]
    takes_automatic: bool = field(default=False)


routes: Registry[Route] = Registry("routes")


def register(purpose: str, take: Callable[[Arrived], Taken], *, takes_automatic: bool = False) -> None:
    """Let mails to addresses of a purpose go to `take`, those written by no person too where it says so."""
    entry = routes.get(purpose)
    if entry is None or entry.take is not take:
        routes.register(purpose, Route(take, takes_automatic))
