"""Audiences: who may read a thing, as one WHERE clause."""

from collections import defaultdict
from collections.abc import Collection
from typing import TYPE_CHECKING, Union

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from members.models import Membership, User

Reader = Union["User", AnonymousUser]
# In place of the role of somebody who stepped back: belongs to the community, reads, and does not take part.
RESTING = "resting"
OWN_ROLE = Case(When(stepped_back_at=None, then=F("role")), default=Value(RESTING))


class Audience(models.TextChoices):
    """Who may read a thing, from the widest to the narrowest."""

    PUBLIC = "public", _("Everybody on the web")
    SIGNED_IN = "signed-in", _("Everybody who is signed in")
    COMMUNITY = "community", _("Members of the community")
    FACILITATORS = "facilitators", _("Facilitators of the community")


def narrower(one: str, other: str) -> str:
    """Give that of two audiences which fewer people belong to."""
    return max(one, other, key=Audience.values.index)


def readable_by(user: Reader, *, audience: str = "audience", community: str = "community") -> Q:
    """Give the condition under which `user` may read a row.

    `audience` and `community` are the lookups that lead from the row to its audience and to its community. Put the
    result into one `.filter()` together with other conditions on the same relations, never into a second one.
    """
    if not user.is_authenticated:
        return Q(**{audience: Audience.PUBLIC})
    if user.is_staff:
        return Q()
    readable = Q(**{f"{audience}__in": [Audience.PUBLIC, Audience.SIGNED_IN]})
    if belonging := list(roles_of(user)):
        readable |= Q(**{audience: Audience.COMMUNITY, f"{community}__in": belonging})
    if facilitated := facilitated_by(user):
        readable |= Q(**{audience: Audience.FACILITATORS, f"{community}__in": facilitated})
    return readable


def roles_of(user: Reader) -> dict[int, str]:
    """Give the role of each active membership, or RESTING, by the community's id: read once, kept on the user."""
    if not user.is_authenticated:
        return {}
    kept: dict[int, str] | None = getattr(user, "_roles", None)
    if kept is None:
        kept = dict(user.memberships.active().annotate(own_role=OWN_ROLE).values_list("community_id", "own_role"))
        keep_roles(user, kept)
    return kept


def read_roles(users: "Collection[User]", memberships: "models.QuerySet[Membership]") -> None:
    """Let `roles_of` answer for all of `users` by one query over `memberships`, the active ones."""
    found: dict[int, dict[int, str]] = defaultdict(dict)
    rows = memberships.filter(user__in=users).annotate(own_role=OWN_ROLE)
    for user_id, community_id, role in rows.values_list("user_id", "community_id", "own_role"):
        found[user_id][community_id] = role
    for user in users:
        keep_roles(user, found[user.pk])


def keep_roles(user: "User", roles: dict[int, str]) -> None:
    """Let `roles_of` answer `roles` for this user object: they were read together with it."""
    user._roles = roles  # type: ignore[attr-defined]


def facilitated_by(user: Reader) -> list[int]:
    """Give the ids of the communities that `user` facilitates."""
    return [community for community, role in roles_of(user).items() if role == "facilitator"]
