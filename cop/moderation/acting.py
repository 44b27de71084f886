"""Acting: what is done to a thing or about a person, by whichever button, with one line in the log for each."""

from django.db import transaction
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.moderation import recording, things
from cop.moderation.action_models import ModerationAction, What
from cop.moderation.things import Thing, Why
from members.models import User

# What takes an act back.
OPPOSITES = {
    What.HIDDEN: What.SHOWN,
    What.LOCKED: What.UNLOCKED,
    What.DELETED: What.RESTORED,
    What.SUSPENDED: What.READMITTED,
    What.HELD: What.RELEASED,
    What.LET_IN: What.HIDDEN,
    What.DECLINED: What.APPROVED,
}

# Whoever keeps somebody out proves once more who they are, on whichever page.
ASKS_SURE = {What.SUSPENDED, What.REMOVED}


def do(what: str, kind: str, thing_id: int, *, by: User | None, why: Why) -> bool:
    """Do something to a thing; tell whether it was new. Raises Refused where that cannot be done to it."""
    found = things.kinds.get(kind)
    act = found.acts.get(what) if found else None
    if act is None:
        raise Refused(_("That cannot be done to this."))
    return act(thing_id, by, why)


def confirm(what: str, kind: str, thing_id: int, *, by: User, why: Why) -> ModerationAction | None:
    """Let a facilitator answer for what flags did."""
    thing = _found(kind, thing_id)
    with transaction.atomic():
        return recording.record(what, thing, by=by, why=why)


def warn(kind: str, thing_id: int, *, by: User, why: Why) -> ModerationAction | None:
    """Write to whoever wrote something, with the passage; raise Refused where there is nobody to write to."""
    thing = _found(kind, thing_id)
    if thing.author == by:
        raise Refused(_("This is yours. Somebody else writes to you about it, where that is needed."))
    if thing.author is None or not thing.author.is_active:
        raise Refused(_("Whoever wrote this has no account here, and cannot be written to."))
    if not why.words.strip():
        raise Refused({"words": _("Write a few words: the person is told.")})
    with transaction.atomic():
        return recording.record(What.WARNED, thing, by=by, why=why)


def can_be_taken_back(action: ModerationAction) -> bool:
    """Whether there is something that undoes it, as far as the sort of act tells."""
    kind = things.kinds.get(action.kind)
    return bool(kind and (action.what in kind.undoes or OPPOSITES.get(What(action.what)) in kind.acts))


def may_fail(action: ModerationAction) -> bool:
    """Whether taking it back depends on what became of the thing since."""
    kind = things.kinds.get(action.kind)
    return bool(kind and action.what in kind.undoes)


def take_back(action: ModerationAction, *, by: User, words: str = "") -> None:
    """Undo what was done; what is as it was before needs nothing. Raises Refused where it cannot be undone."""
    if not can_be_taken_back(action):
        raise Refused(_("This cannot be undone. You can say that they were right."))
    if undo := things.kinds[action.kind].undoes.get(action.what):
        undo(action, by, Why(words=words))
    else:
        do(OPPOSITES[What(action.what)], action.kind, action.thing_id, by=by, why=Why(words=words))


def _found(kind: str, thing_id: int) -> Thing:
    thing = things.find(kind, thing_id)
    if thing is None:
        raise Refused(_("It is no longer there."))
    return thing
