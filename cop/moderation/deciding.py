"""Deciding about a case: the one way for buttons, keys and answers by mail."""

from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cop.base.errors import Refused
from cop.moderation import answering_flags, caring
from cop.moderation.kinds import Act, Decision, Shown, kinds
from cop.moderation.models import Case

FLAGGED = "flag-"

WHICH_POINT = gettext_lazy("Choose the point of the guidelines that this is about: the person is told.")
SOME_WORDS = gettext_lazy("Write a few words: the person is told.")
SOMEBODY_ELSE = gettext_lazy(
    "Somebody else decides on this: another facilitator, or site staff where there is none. "
    "It is about something that you wrote or did."
)


def flags_are_gone(case: Case) -> None:
    """Answer those who flagged what is gone now; other kinds of cases have nobody to answer."""
    if case.kind.startswith(FLAGGED):
        answering_flags.answer(case.kind.removeprefix(FLAGGED), case.thing_id, is_upheld=None)


# For what is no longer there, and for kinds that no app of this site knows any more.
PUT_AWAY = Decision(
    "gone",
    gettext_lazy("Put it away"),
    act=lambda case, _act: flags_are_gone(case),
    done=gettext_lazy("Put away."),
    key="p",
)


def decisions_about(case: Case, shown: Shown | None) -> tuple[Decision, ...]:
    """Give what can be decided about a case, of which `shown` is what there is to see."""
    kind = kinds.get(case.kind)
    if kind is None or shown is None:
        return (PUT_AWAY,)
    return tuple(decision for decision in kind.decisions if decision.name not in shown.without)


def shown_of(case: Case) -> Shown | None:
    """Give what there is to see of one case, or None where it is gone."""
    kind = kinds.get(case.kind)
    return kind.show([case.thing_id]).get(case.thing_id) if kind else None


def decide(case: Case, name: str, act: Act) -> Decision:
    """Do what was decided and settle the case; raise Refused where it is settled, in other hands or cannot be done.

    Whoever may decide takes the case in hand before anything is done, so that of two people at once only one does
    anything; where it is refused all the same, it is in nobody's hands. Where the act fails half-way the case stays
    open, and the act is one that can be done again.
    """
    if case.concerns(act.by):
        raise Refused(SOMEBODY_ELSE)
    if not Case.objects.claimable_by(act.by).filter(pk=case.pk).exists():
        raise Refused(_who_was_first(case))
    decision = _find(case, name)
    if decision.wants_reason and not act.reason:
        raise Refused({"reason": WHICH_POINT})
    if decision.wants_words and not act.words.strip():
        raise Refused({"words": SOME_WORDS})
    was_in_hand = case.claimed_by_id == act.by.pk
    if not caring.claim(case, by=act.by):
        raise Refused(_who_was_first(case))
    try:
        decision.act(case, act)
    except Refused:
        if not was_in_hand:
            caring.let_go(case, by=act.by)
        raise
    caring.settle_case(case, by=act.by, outcome=decision.name)
    return decision


def _find(case: Case, name: str) -> Decision:
    for decision in decisions_about(case, shown_of(case)):
        if decision.name == name:
            return decision
    raise Refused(_("That cannot be decided here. What it is about has changed meanwhile."))


def _who_was_first(case: Case) -> str:
    case.refresh_from_db()
    if case.is_settled:
        name = case.settled_by.display_name if case.settled_by else ""
        words = _("%(name)s has settled this meanwhile.") if name else _("This is settled meanwhile.")
    else:
        name = case.claimed_by.display_name if case.claimed_by else ""
        words = _("%(name)s has been looking at this for %(time)s. Leave it to them, or ask them.")
    return words % {"name": name, "time": timesince(case.claimed_at) if case.claimed_at else ""}
