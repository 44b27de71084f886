"""The short list of what comes next in a young community; it ticks itself off by what is there."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from cop.home.first_drafts import published
from cop.home.models import About
from cop.notifications.rhythm_models import Rhythm
from members.models import Community, MembershipState, Stage, Tool
from members.roles import Role

FIRST_MEMBERS = 3
YOUNG = (Stage.FORMING, Stage.FIRST_BEATS)


@dataclass(frozen=True)
class Step:
    """Something to do, where, and whether it is done."""

    text: str
    url: str
    is_done: bool


def steps_of(community: Community) -> list[Step]:
    """Give the steps of a young community, in the order in which they help; none where all are done. One query."""
    if community.stage not in YOUNG or community.is_archived:
        return []
    facts, slug = _facts(community), community.slug
    steps = [
        *(_first(Tool(tool), facts, slug) for tool in community.tools[:1]),
        Step(
            _("Read what the page about it says, and make it yours"),
            reverse("home:about-edit", args=[slug]),
            facts["has_about"],
        ),
        Step(
            _("Invite the first three people"),
            reverse("members:invitation-add", args=[slug]),
            facts["people"] + facts["invited"] > FIRST_MEMBERS,
        ),
        Step(
            _("Choose a rhythm: one short mail a week is a good start"),
            reverse("notifications:rhythm", args=[slug]),
            facts["has_rhythm"],
        ),
        Step(
            _("Find somebody who facilitates with you"),
            reverse("members:people", args=[slug]),
            facts["facilitators"] > 1,
        ),
    ]
    return steps if any(not step.is_done for step in steps) else []


def _first(tool: Tool, facts: dict[str, Any], slug: str) -> Step:
    """Give what to do first with the tool that a community began with."""
    if tool == Tool.BLOGS:
        return Step(_("Publish the first post"), reverse("blogs:blogs", args=[slug]), facts["has_post"])
    if tool == Tool.EVENTS:
        return Step(
            _("Set the first meeting's time, and publish it"), reverse("events:events", args=[slug]), facts["has_event"]
        )
    return Step(
        _("Get the first reply to the welcome topic"),
        reverse("discussions:discussions", args=[slug]),
        facts["has_reply"],
    )


def _facts(community: Community) -> dict[str, Any]:
    active = Q(memberships__state=MembershipState.ACTIVE)
    facts = (
        Community.objects.filter(pk=community.pk)
        .annotate(
            **published(),
            has_about=Exists(About.objects.filter(community=OuterRef("pk"), version__gt=0)),
            has_rhythm=Exists(Rhythm.objects.filter(community=OuterRef("pk"))),
            people=Count("memberships", filter=active, distinct=True),
            facilitators=Count("memberships", filter=active & Q(memberships__role=Role.FACILITATOR), distinct=True),
            invited=Count("invitations", filter=Q(invitations__accepted_at=None), distinct=True),
        )
        .values("has_post", "has_reply", "has_event", "has_about", "has_rhythm", "invited", "people", "facilitators")
        .get()
    )
    return dict(facts)
