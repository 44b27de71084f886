"""Inviting many by e-mail: each address once, mailed by a worker."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from members.invitation_models import Invitation
from members.inviting import made
from members.models import Community, MembershipState, User
from members.ringing import ring

A_DAY = 1000
BATCH = 500


@dataclass
class Invited:
    """What became of a list of addresses."""

    new: int = 0
    open_already: int = 0
    here_already: int = 0
    left: list[str] = field(default_factory=list)


def invite_many(community: Community, addresses: Iterable[str], *, role: str, message: str, by: User) -> Invited:
    """Invite each address once; those beyond what a community may send in a day are given back in `left`."""
    done = Invited()
    with transaction.atomic():
        Community.objects.select_for_update().get(pk=community.pk)
        today = community.invitations.filter(is_personal=False, created_at__gt=timezone.now() - timedelta(days=1))
        room = max(A_DAY - today.count(), 0)
        once = list(dict.fromkeys(address.lower() for address in addresses))
        for start in range(0, len(once), BATCH):
            wanted = _without_who_is_here(community, once[start : start + BATCH], done)
            taken, rest = wanted[:room], wanted[room:]
            room -= len(taken)
            done.new += len(taken)
            done.left += rest
            Invitation.objects.bulk_create(
                made(community, address, role=role, message=message, by=by) for address in taken
            )
        transaction.on_commit(partial(ring, "send_invitations"))
    return done


def _without_who_is_here(community: Community, addresses: list[str], done: Invited) -> list[str]:
    """Give those of `addresses` to invite; count the others, and withdraw what has expired."""
    belonging = community.memberships.filter(state__in=[MembershipState.ACTIVE, MembershipState.SUSPENDED])
    here = _among(belonging, "user__email", addresses)
    pending = community.invitations.unanswered()
    waiting = _among(pending.open(), "email", addresses) - here
    pending.filter(expires_at__lte=timezone.now()).annotate(low=Lower("email")).filter(low__in=addresses).update(
        withdrawn_at=timezone.now()
    )
    done.here_already += len(here)
    done.open_already += len(waiting)
    return [address for address in addresses if address not in here | waiting]


def _among(rows: QuerySet[Any], name: str, addresses: list[str]) -> set[str]:
    return set(rows.annotate(low=Lower(name)).filter(low__in=addresses).values_list("low", flat=True))
