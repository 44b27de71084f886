"""Coming and going: join, ask, let in, decline, leave, step back, change role, suspend, readmit.

Each is safe to do twice: it tells whether anything changed. A community is never left without a facilitator, and the
log says who changed whose standing.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.base.models import touch
from cop.base.registries import Registry
from members import telling_standing
from members.invitation_models import Invitation
from members.logging_standing import What, note
from members.models import Community, Membership, MembershipState, User
from members.roles import Role
from members.standing import forget_standing

AT_ONCE = 200

# What apps on higher floors do when somebody left a community; called in the leaving's transaction.
LeaveTaking = Callable[[User, Community], object]
leavings: Registry[LeaveTaking] = Registry("leavings")


def join(community: Community, *, by: User) -> bool:
    """Make `by` an active member; raise Refused for somebody who is suspended."""
    return _come_in(community, by, MembershipState.ACTIVE)


def ask_to_join(community: Community, *, by: User, line: str = "") -> bool:
    """Put `by` among those who wait for a facilitator, with a line on what they would like to solve.

    Raises Refused for somebody who is suspended.
    """
    return _come_in(community, by, MembershipState.REQUESTED, line=line)


@transaction.atomic
def admit(community: Community, user: User, *, role: str = Role.MEMBER, by: User | None = None) -> Membership:
    """Make `user` active with at least `role`, as an invitation or a founder does; a facilitator stays one.

    Raises Refused for somebody who is suspended: a facilitator readmits them, no invitation does.
    """
    membership, made = Membership.objects.select_for_update().get_or_create(
        user=user, community=community, defaults={"role": role, "state": MembershipState.ACTIVE}
    )
    _refuse_suspended(membership)
    was_active = not made and membership.state == MembershipState.ACTIVE
    has_role = was_active and membership.role == role
    if not made and (not was_active or role == Role.FACILITATOR):
        membership.joined_at = membership.joined_at if was_active else timezone.now()
        membership.state, membership.role = MembershipState.ACTIVE, role
        membership.suspended_until = membership.stepped_back_at = None
        membership.save()
    if not was_active:
        note(membership, What.JOINED, by=by or user)
    elif role == Role.FACILITATOR and not has_role:
        note(membership, What.ROLE, by=by or user)
    forget_standing(user)
    touch(Community.objects.filter(pk=community.pk))
    return membership


def accept(membership: Membership, *, by: User, line: str = "") -> bool:
    """Let somebody in who asked, and mail them, with a line from the facilitator `by`."""
    with transaction.atomic():
        moved = _move(membership, {MembershipState.REQUESTED}, MembershipState.ACTIVE, joined_at=timezone.now())
        if moved:
            note(membership, What.JOINED, by=by, reason=line)
    if moved:
        telling_standing.tell(membership, "request_accepted", line=line, by=by)
    return moved


def decline(membership: Membership, *, by: User, line: str = "") -> bool:
    """Turn down somebody who asked, and mail them; they may ask again."""
    with transaction.atomic():
        moved = _move(membership, {MembershipState.REQUESTED}, MembershipState.LEFT)
        if moved:
            note(membership, What.DECLINED, by=by, reason=line)
    if moved:
        telling_standing.tell(membership, "request_declined", line=line, by=by)
    return moved


@transaction.atomic
def leave(community: Community, *, by: User, why: str = "", is_named: bool = True) -> bool:
    """End the membership of `by`; raise Refused where that leaves the community without a facilitator.

    Facilitators read `why`, without a name where that is wished.
    """
    membership = _locked(community, by)
    if membership is None or membership.state not in (MembershipState.ACTIVE, MembershipState.REQUESTED):
        return False
    _keep_a_facilitator(membership)
    moved = _move(membership, {MembershipState.ACTIVE, MembershipState.REQUESTED}, MembershipState.LEFT)
    if moved:
        note(membership, What.LEFT, by=by, reason=why, is_named=is_named)
        forget_standing(by)
        for part in leavings:
            leavings[part](by, community)
    return moved


@transaction.atomic
def step_back(community: Community, *, by: User) -> bool:
    """Let `by` read on without taking part, instead of leaving; raise Refused for the last facilitator."""
    membership = _locked(community, by)
    if membership is None or membership.state != MembershipState.ACTIVE or membership.stepped_back_at:
        return False
    _keep_a_facilitator(membership)
    membership.stepped_back_at = timezone.now()
    if membership.role == Role.FACILITATOR:  # A facilitator who reads only would be one in name alone.
        membership.role = Role.MEMBER
    membership.save()
    note(membership, What.STEPPED_BACK, by=by)
    _show(membership)
    return True


@transaction.atomic
def step_in(community: Community, *, by: User) -> bool:
    """Let `by`, who stepped back, take part again."""
    membership = _locked(community, by)
    if membership is None or membership.state != MembershipState.ACTIVE or not membership.stepped_back_at:
        return False
    membership.stepped_back_at = None
    membership.save()
    note(membership, What.STEPPED_IN, by=by)
    _show(membership)
    return True


@transaction.atomic
def change_role(membership: Membership, role: str, *, by: User, reason: str = "") -> bool:
    """Give an active membership another role; raise Refused where no facilitator would be left."""
    locked = _locked(membership.community, membership.user)
    if locked is None or locked.state != MembershipState.ACTIVE or locked.role == role:
        return False
    if role != Role.FACILITATOR:
        _keep_a_facilitator(locked)
    locked.role = role
    if role == Role.FACILITATOR:
        locked.stepped_back_at = None
    locked.save()
    note(locked, What.ROLE, by=by, reason=reason)
    _show(membership)
    return True


def suspend(membership: Membership, *, by: User, reason: str = "", until: datetime | None = None) -> bool:
    """Stop somebody from taking part until a moment or until readmitted, and mail them why.

    Raises Refused for the last facilitator.
    """
    with transaction.atomic():
        locked = _locked(membership.community, membership.user)
        if locked is None or locked.state != MembershipState.ACTIVE:
            return False
        _keep_a_facilitator(locked)
        moved = _move(locked, {MembershipState.ACTIVE}, MembershipState.SUSPENDED, suspended_until=until)
        if moved:
            note(locked, What.SUSPENDED, by=by, reason=reason)
            _take_back_invitations(locked)
    if moved:
        telling_standing.tell(locked, "membership_suspended", line=reason, by=by)
    return moved


@transaction.atomic
def remove(membership: Membership, *, by: User, reason: str = "") -> bool:
    """End somebody's membership; tell whether that was new. Raises Refused for the last facilitator."""
    locked = _locked(membership.community, membership.user)
    if locked is None:
        return False
    _keep_a_facilitator(locked)
    moved = _move(locked, {MembershipState.ACTIVE, MembershipState.SUSPENDED}, MembershipState.LEFT)
    if moved:
        note(locked, What.REMOVED, by=by, reason=reason)
        _take_back_invitations(locked)
        for part in leavings:
            leavings[part](locked.user, locked.community)
    return moved


@transaction.atomic
def readmit(membership: Membership, *, by: User | None) -> bool:
    """Let somebody who was suspended take part again; `by` is None where the time was over."""
    moved = _move(membership, {MembershipState.SUSPENDED}, MembershipState.ACTIVE, suspended_until=None)
    if moved:
        note(membership, What.READMITTED, by=by)
    return moved


@transaction.atomic
def take_in_again(membership: Membership, *, by: User) -> bool:
    """Make somebody a member again whose membership was ended without reason; tell whether they were none."""
    away = {MembershipState.LEFT, MembershipState.REQUESTED, MembershipState.INVITED}
    back = {"role": Role.MEMBER, "suspended_until": None, "stepped_back_at": None}
    moved = _move(membership, away, MembershipState.ACTIVE, **back)
    if moved:
        note(membership, What.READMITTED, by=by)
    return moved


def readmit_due(at: datetime | None = None) -> int:
    """Readmit those whose suspension is over; give how many."""
    over = Membership.objects.filter(state=MembershipState.SUSPENDED, suspended_until__lte=at or timezone.now())
    rows = over.select_related("user", "community").order_by("suspended_until")[:AT_ONCE]
    return sum(readmit(membership, by=None) for membership in rows)


@transaction.atomic
def _come_in(community: Community, user: User, state: MembershipState, *, line: str = "") -> bool:
    membership, made = Membership.objects.select_for_update().get_or_create(
        user=user, community=community, defaults={"state": state, "request_line": line[:500]}
    )
    _refuse_suspended(membership)
    moved = made or _come_back(membership, state, line)
    if moved:
        forget_standing(user)
        is_in = state == MembershipState.ACTIVE
        note(membership, What.JOINED if is_in else What.ASKED, by=user, reason=line)
    return moved


def _refuse_suspended(membership: Membership) -> None:
    if membership.state == MembershipState.SUSPENDED:
        raise Refused(_("A facilitator has suspended your membership; write to them if you want to come back."))


def _come_back(membership: Membership, state: MembershipState, line: str) -> bool:
    coming = {MembershipState.LEFT, MembershipState.INVITED}
    if state == MembershipState.ACTIVE:
        coming.add(MembershipState.REQUESTED)
    # Somebody who comes back is a member, whatever the role was.
    back = {"role": Role.MEMBER, "joined_at": timezone.now(), "stepped_back_at": None, "request_line": line[:500]}
    return _move(membership, coming, state, **back)


def _take_back_invitations(membership: Membership) -> None:
    """Withdraw what somebody who may no longer take part asked others in with."""
    own = Invitation.objects.open().filter(community=membership.community, invited_by=membership.user)
    own.filter(is_personal=True).update(withdrawn_at=timezone.now())


def _move(membership: Membership, before: set[MembershipState], after: MembershipState, **fields: object) -> bool:
    moved = Membership.objects.filter(pk=membership.pk, state__in=before).update(
        state=after, updated_at=timezone.now(), **fields
    )
    membership.refresh_from_db()
    _show(membership)
    return bool(moved)


def _show(membership: Membership) -> None:
    forget_standing(membership.user)
    touch(Community.objects.filter(pk=membership.community_id))


def _locked(community: Community, user: User) -> Membership | None:
    """Lock the community first: two facilitators who leave at once are counted one after the other."""
    Community.objects.select_for_update().get(pk=community.pk)
    return Membership.objects.filter(community=community, user=user).select_related("user", "community").first()


def _keep_a_facilitator(membership: Membership) -> None:
    if membership.role != Role.FACILITATOR or membership.state != MembershipState.ACTIVE:
        return
    others = Membership.objects.active().facilitating().filter(community=membership.community)
    if not others.exclude(pk=membership.pk).exists():
        raise Refused(
            _("A community needs a facilitator. Make somebody else a facilitator first, then try this again.")
        )
