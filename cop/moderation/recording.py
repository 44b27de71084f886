"""Recording what was done: the one function that every act of moderation goes through."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.moderation import answering_flags, caring
from cop.moderation.action_models import PASSAGE_LENGTH, ModerationAction, Office, What
from cop.moderation.ringing import ring
from cop.moderation.things import Thing, Why
from cop.privacy import recording
from cop.privacy.models import What as Recorded
from members.models import User
from members.standing import standing_of

# These end a thing, so whoever flagged it was right; these leave it or bring it back, so they were not.
UPHOLDS = {
    What.HIDDEN, What.EDITED, What.MOVED, What.DELETED, What.DECLINED, What.WARNED, What.HELD, What.SUSPENDED,
    What.REMOVED,
}  # fmt: skip
# By these somebody takes an own thing away, so that nothing is left to look at.
TAKES_AWAY = {What.HIDDEN, What.DELETED}
TURNS_DOWN = {What.SHOWN, What.RESTORED}
# What takes back which.
UNDONE = {
    What.SHOWN: What.HIDDEN,
    What.RESTORED: What.DELETED,
    What.UNLOCKED: What.LOCKED,
    What.READMITTED: What.SUSPENDED,
    What.RELEASED: What.HELD,
}
# What is told in a mail of another room's, or to nobody: everybody sees it where it happened.
STANDING = {What.SUSPENDED, What.READMITTED}
NOT_TOLD = {
    *(What.SUSPENDED, What.READMITTED, What.RELEASED, What.SLOWED, What.REVERTED),
    *(What.PINNED, What.UNPINNED, What.DROPPED, What.LEFT),
}


def record(
    what: str,
    thing: Thing,
    *,
    by: User | None,
    why: Why = Why(),  # noqa: B008
    after: str = "",
    kept: Mapping[str, Any] | None = None,
    is_told: bool = True,
) -> ModerationAction | None:
    """Write a line of the log, answer the flags on the thing and let the person be told a moment after the commit.

    `after` is what words became, `kept` what is needed for taking it back. Without `is_told` whoever calls
    it tells the person.

    Call it in the transaction that does it. What people do to their own things is no moderation: it gives None. Raises
    Refused where they would take back what somebody else did to it.
    """
    if by is not None and thing.author is not None and by.pk == thing.author.pk:
        if stands(thing.kind, thing.id, UNDONE.get(What(what), "")):
            raise Refused(_("Somebody else did this to something of yours. Object to it, and somebody else decides."))
        if what in TAKES_AWAY:
            answering_flags.answer(thing.kind, thing.id, is_upheld=None)
            caring.settle(f"flag-{thing.kind}", thing.id, by=by, outcome="own")
        return None
    is_told = is_told and thing.author is not None and thing.author.is_active and what not in NOT_TOLD
    now = timezone.now()
    action = ModerationAction.objects.create(
        community=thing.community,
        what=what,
        kind=thing.kind,
        thing_id=thing.id,
        title=thing.title[:200],
        url=thing.url[:300],
        passage=thing.text[:PASSAGE_LENGTH],
        after=after[:PASSAGE_LENGTH],
        kept=dict(kept or {}),
        about=thing.author,
        by=by,
        office=_office(thing, by),
        reason=why.reason[:500],
        words=why.words,
        at=now,
        until=why.until if what == What.SUSPENDED else None,
        told_at=None if is_told else now,
        seen_at=None if is_told else now,
    )
    # Of members' standing the members' room writes that line itself.
    if by is not None and thing.author is not None and what not in STANDING:
        recording.record(
            Recorded.MODERATED,
            by=by,
            about=thing.author,
            community=thing.community,
            detail=str(action.get_what_display()),
        )
    if by is not None and what in UPHOLDS | TURNS_DOWN:
        answering_flags.answer(thing.kind, thing.id, is_upheld=what in UPHOLDS)
        caring.settle(f"flag-{thing.kind}", thing.id, by=by, outcome=what)
    ring_after_commit()
    return action


def ring_after_commit() -> None:
    """Let people be told a moment after the commit."""
    transaction.on_commit(partial(ring, "tell_due"))


def _office(thing: Thing, by: User | None) -> str:
    if by is None:
        return Office.READERS
    role = standing_of(by).role_in(thing.community)
    return Office.FACILITATOR if role == "facilitator" or not by.is_staff else Office.STAFF


def stays_hidden(kind: str, thing_id: int) -> bool:
    """Whether a facilitator or flags hid a thing, and nobody has shown it since."""
    return stands(kind, thing_id, What.HIDDEN)


def stands(kind: str, thing_id: int, what: str) -> bool:
    """Whether somebody else than its writer did something to a thing, and nobody has taken that back since."""
    either = [back for back, done in UNDONE.items() if done == what]
    rows = ModerationAction.objects.filter(kind=kind, thing_id=thing_id, what__in=[what, *either])
    return bool(either) and rows.order_by("-pk").values_list("what", flat=True).first() == what
