"""What somebody did in a community so far, for whoever decides about something of theirs."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from cop.moderation.action_models import ModerationAction
from cop.moderation.recording import UPHOLDS
from cop.notifications.models import Activity
from members.models import Community, Membership, MembershipState, User

BELONGING = (MembershipState.ACTIVE, MembershipState.SUSPENDED)


@dataclass(frozen=True)
class History:
    """Somebody's time in a community, in a few figures."""

    person: User
    joined_at: datetime | None
    state: str
    activities: int
    # How often something had to be done.
    actions: int


def lines_of(what: str, kind: str, ids: Collection[int]) -> dict[int, ModerationAction]:
    """Give the last line of the log in which something was done to each thing; none for what its own author did."""
    rows = ModerationAction.objects.filter(kind=kind, thing_id__in=ids, what=what).select_related("by")
    return {row.thing_id: row for row in rows.order_by("pk")}


def histories_of(community: Community, people: Collection[User]) -> dict[int, History]:
    """Give the histories of some people, by their ids; three queries for however many."""
    if not people:
        return {}
    memberships = {row.user_id: row for row in Membership.objects.filter(community=community, user__in=people)}
    done = Activity.objects.standing().filter(community=community, by__in=people)
    activities = dict(done.order_by().values_list("by").annotate(Count("pk")))
    acted = ModerationAction.objects.filter(community=community, about__in=people, what__in=UPHOLDS)
    acted = acted.exclude(objection__is_granted=True)
    actions = dict(acted.order_by().values_list("about").annotate(Count("pk")))
    found = {}
    for person in people:
        membership = memberships.get(person.pk)
        found[person.pk] = History(
            person=person,
            joined_at=membership.joined_at if membership and membership.state in BELONGING else None,
            state=membership.state if membership else "",
            activities=activities.get(person.pk, 0),
            actions=actions.get(person.pk, 0),
        )
    return found
