"""The log of who changed whose standing: written with the change itself, in its transaction."""

from members.models import Membership, StandingChange, User

What = StandingChange.What


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
