"""Everybody who may knock: each kind of person towards one community."""

from dataclasses import dataclass, field

from django.conf import settings
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
    signed_in: dict[str, str] = field(default_factory=dict)

    def browser(self, person: str) -> Client:
        """Give a new browser that holds the cookie of this person, who signs in once: thousands of doors are tried."""
        client = Client(raise_request_exception=True)
        user = self.people[person]
        if user is not None:
            if person not in self.signed_in:
                signing_in = Client()
                signing_in.force_login(user)
                self.signed_in[person] = signing_in.cookies[settings.SESSION_COOKIE_NAME].value
            client.cookies[settings.SESSION_COOKIE_NAME] = self.signed_in[person]
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
