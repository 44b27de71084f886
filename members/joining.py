"""Coming and going: join, ask, accept, decline, leave, change role, suspend, readmit.

Each is safe to do twice: it tells whether anything changed. A community is never left without a facilitator.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.base.models import touch
from members.models import Community, Membership, MembershipState, Role, User
from members.standing import forget_standing


def join(community: Community, *, by: User) -> bool:
    """Make `by` an active member; raise Refused for somebody who is suspended."""
    return _come_in(community, by, MembershipState.ACTIVE)


def ask_to_join(community: Community, *, by: User) -> bool:
    """Put `by` among those who wait for a facilitator; raise Refused for somebody who is suspended."""
    return _come_in(community, by, MembershipState.REQUESTED)


@transaction.atomic
def admit(community: Community, user: User, *, role: str = Role.MEMBER) -> Membership:
    """Make `user` active with at least `role`, as an invitation or a founder does; a facilitator stays one."""
    membership, made = Membership.objects.select_for_update().get_or_create(
        user=user, community=community, defaults={"role": role, "state": MembershipState.ACTIVE}
    )
    if not made and (membership.state != MembershipState.ACTIVE or role == Role.FACILITATOR):
        membership.joined_at = membership.joined_at if membership.state == MembershipState.ACTIVE else timezone.now()
        membership.state = MembershipState.ACTIVE
        membership.role = role
        membership.save()
    forget_standing(user)
    touch(Community.objects.filter(pk=community.pk))
    return membership


@transaction.atomic
def accept(membership: Membership, *, by: User) -> bool:
    """Let somebody in who asked; `by` is the facilitator."""
    return _move(membership, {MembershipState.REQUESTED}, MembershipState.ACTIVE, joined_at=timezone.now())


@transaction.atomic
def decline(membership: Membership, *, by: User) -> bool:
    """Turn down somebody who asked; they may ask again."""
    return _move(membership, {MembershipState.REQUESTED}, MembershipState.LEFT)


@transaction.atomic
def leave(community: Community, *, by: User) -> bool:
    """End the membership of `by`; raise Refused where that leaves the community without a facilitator."""
    membership = _locked(community, by)
    if membership is None or membership.state not in (MembershipState.ACTIVE, MembershipState.REQUESTED):
        return False
    _keep_a_facilitator(membership)
    return _move(membership, {MembershipState.ACTIVE, MembershipState.REQUESTED}, MembershipState.LEFT)


@transaction.atomic
def change_role(membership: Membership, role: str, *, by: User) -> bool:
    """Give an active membership another role; raise Refused where no facilitator would be left."""
    locked = _locked(membership.community, membership.user)
    if locked is None or locked.state != MembershipState.ACTIVE or locked.role == role:
        return False
    if role != Role.FACILITATOR:
        _keep_a_facilitator(locked)
    locked.role = role
    locked.save()
    touch(Community.objects.filter(pk=membership.community_id))
    forget_standing(membership.user)
    return True


@transaction.atomic
def suspend(membership: Membership, *, by: User) -> bool:
    """Stop somebody from taking part until readmitted; raise Refused for the last facilitator."""
    locked = _locked(membership.community, membership.user)
    if locked is None or locked.state != MembershipState.ACTIVE:
        return False
    _keep_a_facilitator(locked)
    return _move(locked, {MembershipState.ACTIVE}, MembershipState.SUSPENDED)


@transaction.atomic
def readmit(membership: Membership, *, by: User) -> bool:
    """Let somebody who was suspended take part again."""
    return _move(membership, {MembershipState.SUSPENDED}, MembershipState.ACTIVE)


@transaction.atomic
def _come_in(community: Community, user: User, state: MembershipState) -> bool:
    membership, made = Membership.objects.select_for_update().get_or_create(
        user=user, community=community, defaults={"state": state}
    )
    if membership.state == MembershipState.SUSPENDED:
        raise Refused(_("A facilitator has suspended your membership; write to them if you want to come back."))
    if made:
        forget_standing(user)
        return True
    coming = {MembershipState.LEFT, MembershipState.INVITED}
    if state == MembershipState.ACTIVE:
        coming.add(MembershipState.REQUESTED)
    # Somebody who comes back is a member, whatever the role was.
    return _move(membership, coming, state, role=Role.MEMBER, joined_at=timezone.now())


def _move(membership: Membership, before: set[MembershipState], after: MembershipState, **fields: object) -> bool:
    moved = Membership.objects.filter(pk=membership.pk, state__in=before).update(
        state=after, updated_at=timezone.now(), **fields
    )
    membership.refresh_from_db()
    forget_standing(membership.user)
    touch(Community.objects.filter(pk=membership.community_id))
    return bool(moved)


def _locked(community: Community, user: User) -> Membership | None:
    """Lock the community first: two facilitators who leave at once are counted one after the other."""
    Community.objects.select_for_update().get(pk=community.pk)
    return Membership.objects.filter(community=community, user=user).first()


def _keep_a_facilitator(membership: Membership) -> None:
    if membership.role != Role.FACILITATOR or membership.state != MembershipState.ACTIVE:
        return
    others = Membership.objects.active().facilitating().filter(community=membership.community)
    if not others.exclude(pk=membership.pk).exists():
        raise Refused(
            _("A community needs a facilitator. Make somebody else a facilitator first, then try this again.")
        )
