"""The table: for each named URL, who gets in by looking (GET) and by doing (POST).

What one may not know of answers 404, what one may see but not do 403 with a sentence, and who is not signed in is asked
to sign in. A URL that stands in no list here fails the test: say who may before it goes live.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.access.people import EVERYBODY, INSIDE, World

NOBODY: tuple[str, ...] = ()
SIGNED_IN = tuple(person for person in EVERYBODY if person != "visitor")
FACILITATORS = ("facilitator", "staff")
Arguments = Callable[[World], list[Any]]


def of_community(world: World) -> list[Any]:
    return [world.community.slug]


@dataclass(frozen=True)
class Door:
    """Who gets in; `None` for a method says that the URL does not take it (405).

    `inside`: the page belongs to the community, so who may not read the community finds nothing.
    `asks_to_sign_in`: a visitor is sent to the sign-in page before anything else.
    """

    arguments: Arguments = field(default=lambda world: [])
    get: tuple[str, ...] | None = EVERYBODY
    post: tuple[str, ...] | None = None
    inside: bool = True
    asks_to_sign_in: bool = True
    data: dict[str, str] = field(default_factory=dict)


def reading(arguments: Arguments, who: tuple[str, ...] = EVERYBODY, *, inside: bool = True) -> Door:
    """A page to read; nothing can be posted to it."""
    return Door(arguments, get=who, inside=inside, asks_to_sign_in=who != EVERYBODY)


def form(arguments: Arguments, who: tuple[str, ...], *, inside: bool = True) -> Door:
    """A page with a form."""
    return Door(arguments, get=who, post=who, inside=inside)


def button(arguments: Arguments, who: tuple[str, ...], *, inside: bool = True, **data: str) -> Door:
    """Something done by one button: POST alone."""
    return Door(arguments, get=None, post=who, inside=inside, data=data)


def of_membership(world: World) -> list[Any]:
    member = world.people["member"]
    return [world.community.slug, world.community.memberships.get(user=member).pk]


def of_invitation(world: World) -> list[Any]:
    return [world.community.slug, _invitation(world).pk]


def of_invitation_token(world: World) -> list[Any]:
    return [_invitation(world).token]


def _invitation(world: World) -> Any:
    invitation, _made = world.community.invitations.get_or_create(
        email="new@example.org",
        defaults={"token": f"token-{world.community.pk}", "expires_at": timezone.now() + timedelta(days=1)},
    )
    return invitation


DOORS: dict[str, Door] = {
    # The site and its communities
    "home:site": reading(lambda world: [], inside=False),
    "home:community": reading(of_community),
    "members:community-add": form(lambda world: [], SIGNED_IN, inside=False),
    "members:community-edit": form(of_community, FACILITATORS),
    "members:community-archive": button(of_community, FACILITATORS),
    "members:community-restore": button(of_community, FACILITATORS),
    "members:community-join": button(
        of_community, ("stranger", "facilitator elsewhere", "suspended", "left", "requested", *INSIDE)
    ),
    "members:community-ask": button(of_community, NOBODY),
    "members:community-leave": form(of_community, ("member", "sponsor", "facilitator")),
    "members:people": reading(of_community, INSIDE),
    "members:invitation-add": form(of_community, FACILITATORS),
    "members:invitation-withdraw": button(of_invitation, FACILITATORS),
    "members:membership-accept": button(of_membership, FACILITATORS),
    "members:membership-decline": button(of_membership, FACILITATORS),
    "members:membership-role": button(of_membership, FACILITATORS, role="sponsor"),
    "members:membership-suspend": button(of_membership, FACILITATORS),
    "members:membership-readmit": button(of_membership, FACILITATORS),
    "members:invitation-show": reading(of_invitation_token, inside=False),
    "members:invitation-accept": button(of_invitation_token, SIGNED_IN, inside=False),
    "members:invitation-decline": Door(
        of_invitation_token, get=None, post=EVERYBODY, inside=False, asks_to_sign_in=False
    ),
    "members:profile-edit": form(lambda world: [], SIGNED_IN, inside=False),
}
