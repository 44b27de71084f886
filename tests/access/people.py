"""Everybody who may knock: each kind of person towards one community."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.test import Client
from django.utils import timezone

from members.audiences import Audience
from members.invitation_models import Invitation
from members.models import Community, Membership, User
from tests.factories import CommunityFactory, MembershipFactory, UserFactory

INSIDE = ("member", "stepped back", "sponsor", "facilitator", "staff")
OUTSIDE = ("visitor", "stranger", "facilitator elsewhere", "suspended", "left", "requested", "invited")
EVERYBODY = (*OUTSIDE, *INSIDE)


@dataclass
class World:
    """A community, and the people around it; `audience` is that of what is in it, perhaps narrower than its own."""

    community: Community
    people: dict[str, User | None]
    audience: str = Audience.PUBLIC
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
        community = Community.objects.get(pk=self.community.pk)
        return World(community, {"visitor": None} | people, self.audience, self.signed_in, self.client)

    def narrow(self) -> None:
        """Give everything in the community that has an audience the world's, where the community's own is wider."""
        if self.audience != self.community.audience:
            for model in WITH_AUDIENCE:
                rows = model._base_manager.filter(community=self.community)
                # A help forum is open to everybody, always.
                rows = rows.filter(is_help=False) if _has_fields(model, "is_help") else rows
                rows.update(audience=self.audience)


def _has_fields(model: type[models.Model], *names: str) -> bool:
    try:
        return all(model._meta.get_field(name) for name in names)
    except FieldDoesNotExist:
        return False


# Found, not listed: a new kind of thing with an audience is in every walk from its first day.
WITH_AUDIENCE = [model for model in apps.get_models() if _has_fields(model, "audience", "community")]


def world(audience: str) -> World:
    """Make a community with this audience and one of each kind of person.

    No community is for facilitators alone: there, everything in an open one is.
    """
    community = CommunityFactory(audience=Audience.PUBLIC if audience == Audience.FACILITATORS else audience)
    people: dict[str, User | None] = {
        "visitor": None,
        "stranger": UserFactory(),
        "staff": UserFactory(is_staff=True),
        "facilitator elsewhere": MembershipFactory(role="facilitator").user,
    }
    people |= {role: MembershipFactory(community=community, role=role).user for role in ("member", "sponsor")}
    people["facilitator"] = MembershipFactory(community=community, role="facilitator").user
    MembershipFactory(community=community, role="facilitator")
    for state in ("suspended", "left", "requested", "invited"):
        people[state] = MembershipFactory(community=community, state=state).user
    people["stepped back"] = MembershipFactory(community=community, stepped_back_at=timezone.now()).user
    _invite(people["invited"], community)
    return World(community, people, audience)


def _invite(user: User | None, community: Community) -> Invitation:
    email = user.email if user else ""
    given = {"token": f"for-{email}", "expires_at": timezone.now() + timedelta(days=1)}
    Membership.objects.filter(user=user, community=community).update(role="facilitator")  # as what they are invited
    return Invitation.objects.create(community=community, email=email, **given)
