"""The queue as a page shows it: cases with what there is to see of each, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from cop.base.keyset import Page, after, paginate
from cop.moderation.deciding import SOMEBODY_ELSE, decisions_about
from cop.moderation.forms import DecideForm
from cop.moderation.guidelines import points_of
from cop.moderation.histories import History, histories_of
from cop.moderation.kinds import Decision, Shown, Words, kinds
from cop.moderation.models import Case
from members.models import Community, User

CASES_A_PAGE = 20
# What cannot wait first, and of that what has waited longest.
ORDER = ("weight", "since", "id")


@dataclass(frozen=True)
class Card:
    """A case with all that a facilitator needs for deciding."""

    case: Case
    words: Words
    shown: Shown | None
    history: History | None
    decisions: tuple[Decision, ...]
    form: DecideForm
    is_mine: bool
    is_held: bool
    waited: str


def waiting_in(community: Community, *, reader: User, kind: str = "", at: str = "") -> tuple[list[Card], Page[Case]]:
    """Give a page of what waits in a community, of one `kind` or all of it."""
    rows = _rows(community, reader, kind).select_related("about", "claimed_by", "community")
    found = paginate(rows, order=ORDER, at=at, size=CASES_A_PAGE, ascending=True)
    return cards_of(community, found.rows, reader=reader), found


def _rows(community: Community, reader: User, kind: str) -> QuerySet[Case]:
    rows = Case.objects.visible_to(reader).open().filter(community=community).for_decider(reader)
    return rows.filter(kind=kind) if kind else rows


def place_after(case: Case, *, reader: User, kind: str = "", at: str = "") -> tuple[str, str, Case | None]:
    """Give where to go on after a case: the kind and the mark of the list, and what waits there next.

    That is the next of the list that one is in; past its end its first; and when it is empty, the first of all.
    """
    listed, everything = _rows(case.community, reader, kind), _rows(case.community, reader, "")
    if following := after(listed, case, order=ORDER).first():
        return kind, at, following
    if first := listed.order_by(*ORDER).first():
        return kind, "", first
    return "", "", everything.order_by(*ORDER).first()


def kinds_waiting_in(community: Community, *, reader: User) -> list[tuple[str, Words]]:
    """Give the kinds of which something waits, with their words: one question to the index for each kind there is."""
    names = list(kinds)
    open_cases = Case.objects.open().filter(community=OuterRef("pk")).for_decider(reader)
    asked = [Exists(open_cases.filter(kind=name)) for name in names]
    answers = Community.objects.filter(pk=community.pk).values_list(*asked).first() or ()
    return [(name, kinds[name].words) for name, is_there in zip(names, answers, strict=False) if is_there]


def cards_of(
    community: Community, cases: Sequence[Case], *, reader: User, form: DecideForm | None = None
) -> list[Card]:
    """Give the cards of some cases of one community; `form` is the bound one, where there is a single case."""
    for case in cases:
        case.community = community  # Known already: each address asks for it.
    shown = shown_of_all(cases)
    histories = histories_of(community, list({case.about for case in cases if case.about}))
    points = points_of(community)
    return [
        Card(
            case=case,
            words=kinds[case.kind].words if case.kind in set(kinds) else _("Something"),
            shown=_as_seen_by(reader, case, shown.get((case.kind, case.thing_id))),
            history=histories.get(case.about_id) if case.about_id else None,
            decisions=(decisions := decisions_for(reader, case, shown.get((case.kind, case.thing_id)))),
            form=form or DecideForm(decisions=decisions, points=points, auto_id=f"case-{case.pk}-%s"),
            is_mine=case.claimed_by_id == reader.pk,
            is_held=case.is_held_by_another(reader),
            waited=waited(case),
        )
        for case in cases
    ]


def decisions_for(reader: User, case: Case, shown: Shown | None) -> tuple[Decision, ...]:
    """Give what a reader can decide about a case."""
    return () if case.concerns(reader) else decisions_about(case, shown)


def _as_seen_by(reader: User, case: Case, shown: Shown | None) -> Shown | None:
    """Keep from whom a case concerns who said what about it."""
    return replace(shown, because=(str(SOMEBODY_ELSE),)) if shown and case.concerns(reader) else shown


def shown_of_all(cases: Sequence[Case]) -> Mapping[tuple[str, int], Shown]:
    """Give what there is to see of some cases, by kind and thing."""
    ids: dict[str, list[int]] = defaultdict(list)
    for case in cases:
        ids[case.kind].append(case.thing_id)
    found: dict[tuple[str, int], Shown] = {}
    for name, thing_ids in ids.items():
        kind = kinds.get(name)
        if kind:
            found |= {(name, thing_id): shown for thing_id, shown in kind.show(thing_ids).items()}
    return found


def waited(case: Case) -> str:
    """Say how long a case has waited; nothing for less than a minute."""
    is_new = timezone.now() - case.since < timedelta(minutes=1)
    return "" if is_new else timesince(case.since, depth=1)
