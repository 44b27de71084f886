"""The log of who changed whose standing: written with the change itself, in its transaction."""

from collections.abc import Callable

from cop.base.registries import Registry
from cop.privacy import recording
from cop.privacy.models import What as Recorded
from members.models import Membership, User
from members.standing_models import StandingChange

What = StandingChange.What
# What apps on higher floors do when somebody's standing changed; called in the change's transaction.
Listener = Callable[[Membership, What, User | None], object]
listeners: Registry[Listener] = Registry("changes of standing")
# What somebody with a job here does to another person's standing.
RECORDED = {
    What.JOINED: Recorded.LET_IN,
    What.DECLINED: Recorded.DECLINED,
    What.ROLE: Recorded.CHANGED_ROLE,
    What.SUSPENDED: Recorded.SUSPENDED,
    What.READMITTED: Recorded.READMITTED,
}


def note(membership: Membership, what: What, *, by: User | None, reason: str = "", is_named: bool = True) -> None:
    """Write a line; without a name where somebody who left did not want to be named."""
    StandingChange.objects.create(
        community=membership.community,
        user=membership.user if is_named else None,
        by=by if is_named else None,
        what=what,
        role=membership.role if what in (What.ROLE, What.JOINED) else "",
        reason=reason[:1000],
    )
    if by and what in RECORDED:
        recording.record(
            RECORDED[what],
            by=by,
            about=membership.user,
            community=membership.community,
            detail=reason or membership.role,
        )
    for name in listeners:
        listeners[name](membership, what, by)
