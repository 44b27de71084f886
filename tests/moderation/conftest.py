"""A kind of things that wait, without an app behind it: what was decided is written down."""

from dataclasses import dataclass, field

import pytest

from cop.base.errors import Refused
from cop.moderation import caring
from cop.moderation.kinds import Act, CaseKind, Decision, Shown, kinds
from cop.moderation.models import Case


@dataclass
class Desk:
    """What the decisions of the kind "thing" did, which things are gone, and how often `show` was asked."""

    done: list[tuple[str, int, Act]] = field(default_factory=list)
    gone: set[int] = field(default_factory=set)
    shown: int = 0
    refuses: str = ""

    def keep(self, case: Case, act: Act) -> None:
        if self.refuses:
            raise Refused(self.refuses)
        self.done.append(("keep", case.thing_id, act))

    def hide(self, case: Case, act: Act) -> None:
        self.done.append(("hide", case.thing_id, act))

    def show(self, ids):
        self.shown += 1
        return {pk: Shown(title=f"Thing {pk}", url=f"/thing/{pk}/", author="Mina") for pk in ids if pk not in self.gone}


@pytest.fixture
def desk(monkeypatch) -> Desk:
    made = Desk()
    decisions = (
        Decision("keep", "Keep it", made.keep, done="Kept.", key="a"),
        Decision("hide", "Hide it", made.hide, done="Hidden.", key="h", wants_reason=True),
    )
    kind = CaseKind(words="Things", show=made.show, decisions=decisions)
    monkeypatch.setattr(kinds, "_entries", {**kinds._entries, "thing": kind})
    return made


@pytest.fixture
def case(desk, community, member) -> Case:
    return caring.needs_care("thing", 7, community=community, about=member)
