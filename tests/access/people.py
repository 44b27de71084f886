"""Everybody who may knock: each kind of person towards one community."""

from dataclasses import dataclass

from django.test import Client
from django.utils import timezone

from members.models import Community, User
from tests.factories import CommunityFactory, MembershipFactory, UserFactory

INSIDE = ("member", "stepped back", "sponsor", "facilitator", "staff")
OUTSIDE = ("visitor", "stranger", "facilitator elsewhere", "suspended", "left", "requested")
EVERYBODY = (*OUTSIDE, *INSIDE)


@dataclass
class World:
    """A community, and the people around it."""

    community: Community
    people: dict[str, User | None]

    def browser(self, person: str) -> Client:
        """Give a browser in which this person is signed in."""
        client = Client(raise_request_exception=True)
        user = self.people[person]
        if user is not None:
            client.force_login(user)
        return client


def world(audience: str) -> World:
    """Make a community with this audience and one of each kind of person."""
    community = CommunityFactory(audience=audience)
    people: dict[str, User | None] = {
        "visitor": None,
        "stranger": UserFactory(),
        "staff": UserFactory(is_staff=True),
        "facilitator elsewhere": MembershipFactory(role="facilitator").user,
    }
    people |= {role: MembershipFactory(community=community, role=role).user for role in ("member", "sponsor")}
    people["facilitator"] = MembershipFactory(community=community, role="facilitator").user
    MembershipFactory(community=community, role="facilitator")
    for state in ("suspended", "left", "requested"):
        people[state] = MembershipFactory(community=community, state=state).user
    people["stepped back"] = MembershipFactory(community=community, stepped_back_at=timezone.now()).user
    return World(community, people)
