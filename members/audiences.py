"""Audiences: who may read a thing, as one WHERE clause."""

from typing import TYPE_CHECKING, Union

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from members.models import User

Reader = Union["User", AnonymousUser]


class Audience(models.TextChoices):
    """Who may read a thing, from the widest to the narrowest."""

    PUBLIC = "public", _("Everybody on the web")
    SIGNED_IN = "signed-in", _("Everybody who is signed in")
    COMMUNITY = "community", _("Members of the community")
    FACILITATORS = "facilitators", _("Facilitators of the community")


def readable_by(user: Reader, *, audience: str = "audience", community: str = "community") -> Q:
    """Give the condition under which `user` may read a row.

    `audience` and `community` are the lookups that lead from the row to its audience and to its community. Put the
    result into one `.filter()` together with other conditions on the same relations, never into a second one.
    """
    if not user.is_authenticated:
        return Q(**{audience: Audience.PUBLIC})
    if user.is_staff:
        return Q()
    from_members = user.memberships.active()
    return (
        Q(**{f"{audience}__in": [Audience.PUBLIC, Audience.SIGNED_IN]})
        | Q(**{audience: Audience.COMMUNITY, f"{community}__in": from_members.values("community")})
        | Q(**{audience: Audience.FACILITATORS, f"{community}__in": from_members.facilitating().values("community")})
    )
