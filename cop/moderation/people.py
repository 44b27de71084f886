"""People as things that can be flagged and moderated: each in one community, by the number of the membership."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cop.base.errors import Refused
from cop.moderation import restraining
from cop.moderation.action_models import ModerationAction, What
from cop.moderation.recording import record
from cop.moderation.things import Thing, ThingKind, Why
from members import joining, profiling
from members.audiences import Reader
from members.logging_standing import What as Standing
from members.models import Membership, MembershipState, User
from members.profile_models import Seen
from members.standing import standing_of
from members.standing_models import StandingChange

KIND = "person"
PRESENT = (MembershipState.ACTIVE, MembershipState.SUSPENDED)
# How near they are who share a community.
WITHIN = profiling.RANKS[Seen.SHARING]
# What the log of standing says, as the log of moderation says it.
CHANGES = {
    Standing.SUSPENDED: What.SUSPENDED,
    Standing.READMITTED: What.READMITTED,
    Standing.REMOVED: What.REMOVED,
}
_given: ContextVar[Why | None] = ContextVar("why somebody's standing is changed", default=None)


def thing_of(membership: Membership, *, rank: int = WITHIN) -> Thing:
    """Give somebody in a community as a thing that can be flagged and moderated.

    Of what they say about themselves, what a reader this near may see: whoever takes care here reads no more of a
    profile than everybody else who shares a community.
    """
    user = membership.user
    text, html = profiling.about_of(user, rank)
    return Thing(
        kind=KIND,
        id=membership.pk,
        community=membership.community,
        title=user.display_name,
        url=user.get_absolute_url(),
        text=text,
        html=html,
        author=user,
        at=membership.joined_at,
    )


def see(membership_id: int, reader: Reader) -> Thing | None:
    """Give somebody to those who belong to the same community."""
    rows = Membership.objects.select_related("community", "user__profile").filter(user__is_active=True)
    found = rows.filter(state__in=PRESENT, pk=membership_id).first()
    if found is None:
        return None
    standing = standing_of(reader)
    if not (standing.is_staff or standing.belongs_to(found.community_id)):
        return None
    return thing_of(found, rank=WITHIN if standing.facilitates(found.community_id) else _rank(reader, found.user_id))


def _rank(reader: Reader, user_id: int) -> int:
    """Give how near a reader is to somebody who may be suspended, and then shares nothing with them."""
    known = User.objects.visible_to(reader).filter(pk=user_id).first()
    return profiling.rank_of(reader, known) if known else profiling.UNKNOWN


def show(ids: Collection[int]) -> dict[int, Thing]:
    """Give many who have not left, by the numbers of their memberships: one query."""
    rows = Membership.objects.filter(pk__in=ids, user__is_active=True, state__in=PRESENT)
    rows = rows.select_related("community", "user__profile")
    return {row.pk: thing_of(row) for row in rows}


def _get(membership_id: int) -> Membership:
    return Membership.objects.select_related("community", "user__profile").get(pk=membership_id)


@contextmanager
def _because(why: Why) -> Iterator[None]:
    """Let `follow` write down the point and the words apart, which the members' room knows as one text."""
    token = _given.set(why)
    try:
        yield
    finally:
        _given.reset(token)


def _somebody_else(membership_id: int, by: User | None) -> Membership:
    """Give a membership, or raise Refused where it is the own one of whoever does something to it."""
    membership = _get(membership_id)
    if by is not None and membership.user_id == by.pk:
        raise Refused(gettext("This is your own membership. Somebody else decides about it; leaving is up to you."))
    return membership


def _reason(why: Why) -> str:
    return "\n\n".join(part for part in (why.reason, why.words) if part)


def suspend(membership_id: int, by: User | None, why: Why) -> bool:
    """Suspend somebody; what they are told and the line in the log follow from that."""
    if by is None:
        return False
    with _because(why):
        return joining.suspend(_somebody_else(membership_id, by), by=by, reason=_reason(why), until=why.until)


def readmit(membership_id: int, by: User | None, why: Why) -> bool:
    """Let somebody take part again."""
    return joining.readmit(_get(membership_id), by=by)


def remove(membership_id: int, by: User | None, why: Why) -> bool:
    """End somebody's membership."""
    if by is None:
        return False
    with _because(why):
        return joining.remove(_somebody_else(membership_id, by), by=by, reason=_reason(why))


def hold(membership_id: int, by: User | None, why: Why) -> bool:
    """Read what somebody writes first, from now on."""
    with transaction.atomic():
        membership = _somebody_else(membership_id, by)
        if not restraining.hold(membership.user, membership.community):
            return False
        record(What.HELD, thing_of(membership), by=by, why=why)
    return True


def release(membership_id: int, by: User | None, why: Why) -> bool:
    """Let somebody write as everybody does."""
    with transaction.atomic():
        membership = _somebody_else(membership_id, by)
        if not restraining.release(membership.user, membership.community):
            return False
        record(What.RELEASED, thing_of(membership), by=by, why=why)
    return True


def take_in_again(action: ModerationAction, by: User, why: Why) -> None:
    """Make somebody a member again; raise Refused where they were suspended since."""
    membership = _get(action.thing_id)
    if membership.state == MembershipState.SUSPENDED:
        raise Refused(gettext("They are suspended. Decide about that first."))
    with _because(why):
        joining.take_in_again(membership, by=by)


def follow(membership: Membership, what: Standing, by: User | None) -> None:
    """Write what happens to somebody's standing into the log, whichever page it was done on.

    A suspension whose time is over is nobody's doing.
    """
    if by is None or what not in CHANGES or by.pk == membership.user_id:
        return
    why = _given.get() or Why(words=_noted(membership, what))
    until = membership.suspended_until if what == Standing.SUSPENDED else None
    record(CHANGES[what], thing_of(membership), by=by, why=replace(why, until=until))


def _noted(membership: Membership, what: Standing) -> str:
    """What the log of standing says of a change that was made elsewhere."""
    lines = StandingChange.objects.filter(community=membership.community, user=membership.user, what=what)
    return lines.order_by("-pk").values_list("reason", flat=True).first() or ""


PEOPLE = ThingKind(
    words=_("a person"),
    flagged=_("Flagged people"),
    see=see,
    show=show,
    acts={
        What.HELD: hold,
        What.RELEASED: release,
        What.SUSPENDED: suspend,
        What.READMITTED: readmit,
        What.REMOVED: remove,
    },
    undoes={What.REMOVED: take_in_again},
    yours=_("your membership"),
    called="%(title)s",
)
