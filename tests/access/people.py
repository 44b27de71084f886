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
    client: Client = field(default_factory=Client)

    def browser(self, person: str) -> Client:
        """Give the one browser, with this person's cookie alone; each signs in once: thousands of doors are tried."""
        client = self.client
        client.cookies.clear()
        user = self.people[person]
        if user is not None:
            if person not in self.signed_in:
                signing_in = Client()
                signing_in.force_login(user)
                self.signed_in[person] = signing_in.cookies[settings.SESSION_COOKIE_NAME].value
            client.cookies[settings.SESSION_COOKIE_NAME] = self.signed_in[person]
        return client

    def seen_anew(self) -> "World":
        """Give the same world as the database has it now: a test before may have changed what Python holds."""
        kept = {name: user.pk for name, user in self.people.items() if user}
        users = User.objects.in_bulk(kept.values())
        people: dict[str, User | None] = {name: users[pk] for name, pk in kept.items()}
        return World(
            Community.objects.get(pk=self.community.pk), {"visitor": None} | people, self.signed_in, self.client
        )


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
