"""Who a user is here: the roles in every community, from one query a request."""

from functools import cached_property
from typing import TYPE_CHECKING

from members.audiences import Audience, Reader, roles_of
from members.models import Community
from members.roles import Role

if TYPE_CHECKING:
    from members.models import User


class Standing:
    """What rules ask: signed in, staff, a member, a facilitator? The roles are read when first asked for."""

    def __init__(self, user: Reader) -> None:
        self.user = user

    @cached_property
    def roles(self) -> dict[int, str]:
        """The role of each active membership, by the community's id."""
        return roles_of(self.user)

    @property
    def is_signed_in(self) -> bool:
        return self.user.is_authenticated and self.user.is_active

    @property
    def is_staff(self) -> bool:
        return self.is_signed_in and self.user.is_staff

    def role_in(self, community: Community | int) -> str | None:
        """Give the role in a community, RESTING for who stepped back, or None."""
        return self.roles.get(community if isinstance(community, int) else community.pk)

    def kind_in(self, community: Community) -> str:
        """Give one word for all readers who may read the same things of a community."""
        if self.is_staff:
            return "staff"
        return self.role_in(community) or ("signed-in" if self.is_signed_in else "visitor")

    def belongs_to(self, community: Community | int) -> bool:
        """Whether this is an active membership of any role."""
        return self.role_in(community) is not None

    def takes_part_in(self, community: Community | int) -> bool:
        """Whether this is a member or a facilitator: a sponsor reads, and so does who stepped back."""
        return self.role_in(community) in (Role.MEMBER, Role.FACILITATOR)

    def facilitates(self, community: Community | int) -> bool:
        """Whether this is a facilitator of the community, or site staff."""
        return self.is_staff or self.role_in(community) == Role.FACILITATOR

    def may_read(self, audience: str, community: Community | int) -> bool:
        """Whether this user belongs to an audience; the same answer as `audiences.readable_by` for one row."""
        if audience == Audience.PUBLIC or self.is_staff:
            return True
        if audience == Audience.SIGNED_IN:
            return self.is_signed_in
        if audience == Audience.COMMUNITY:
            return self.belongs_to(community)
        return self.facilitates(community)


def standing_of(user: Reader) -> Standing:
    """Give the standing of a user, kept on the user object until `forget_standing`."""
    kept: Standing | None = getattr(user, "_standing", None)
    if kept is None:
        kept = Standing(user)
        user._standing = kept  # type: ignore[union-attr]
    return kept


def forget_standing(user: "User") -> None:
    """Drop what was read, after a membership of `user` changed."""
    for kept in ("_standing", "_roles"):
        if hasattr(user, kept):
            delattr(user, kept)
