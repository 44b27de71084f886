"""The demo's agreements: what people promised, asked each other for, and put to consent. Nobody is mailed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from cop.agreements.models import Commitment, CommitmentState, Position, Proposal, ProposalState, ProposalVersion, Remit
from cop.markup.rendering import render
from members.models import Community, User

ANSWER_AFTER = timedelta(days=1)


def agree(plans: Mapping[str, dict[str, Any]], *, people: Mapping[str, User], at: datetime) -> int:
    """Make the agreements of communities that have none yet; give how many communities that were."""
    agreed = set(Commitment.objects.values_list("community", flat=True))
    missing = Community.objects.filter(slug__in=plans).exclude(pk__in=agreed)
    return sum(_agree(community, plans[community.slug], people, at) for community in missing)


@transaction.atomic
def _agree(community: Community, plan: dict[str, Any], people: Mapping[str, User], at: datetime) -> int:
    Commitment.objects.bulk_create(_commitment(community, one, people, at) for one in plan["commitments"])
    for one in plan["proposals"]:
        _propose(community, one, people, at)
    return 1


def _commitment(community: Community, plan: dict[str, Any], people: Mapping[str, User], at: datetime) -> Commitment:
    commitment = Commitment(
        community=community,
        person=people[plan["who"]],
        asked_by=people[plan["asked_by"]] if "asked_by" in plan else None,
        text=plan["text"],
        due_on=(at + timedelta(days=plan["due"])).date(),
        word=plan.get("word", ""),
        # What is overdue in the demo was asked after.
        asked_after_at=at if plan["due"] < 0 else None,
    )
    for name, state in (("done", CommitmentState.DONE), ("dropped", CommitmentState.DROPPED)):
        if name in plan:
            commitment.state, commitment.settled_at = state, at - timedelta(days=plan[name])
    return commitment


def _propose(community: Community, plan: dict[str, Any], people: Mapping[str, User], at: datetime) -> None:
    closes_at = at + timedelta(days=plan["days"])
    rendered, is_over = render(plan["text"].strip()), "outcome" in plan
    proposal = Proposal(
        community=community,
        proposer=people[plan["by"]],
        title=plan["title"],
        is_remit=plan.get("is_remit", False),
        text=plan["text"].strip(),
        text_html=rendered.html,
        closes_at=closes_at,
        closing_told_at=at,
    )
    if is_over:
        proposal.state, proposal.decided_at = ProposalState.AGREED, closes_at
        proposal.outcome, proposal.outcome_html = plan["outcome"], render(plan["outcome"]).html
        proposal.look_again_on = (at + timedelta(days=plan["look_again"])).date()
    proposal.save()
    begun_at = min(at, closes_at) - timedelta(days=3)
    Proposal.objects.filter(pk=proposal.pk).update(created_at=begun_at)
    ProposalVersion.objects.create(
        proposal=proposal, number=1, text=proposal.text, text_html=rendered.html, by=proposal.proposer, at=begun_at
    )
    for number, answer in enumerate(plan["answers"]):
        Position.objects.create(
            proposal=proposal,
            user=people[answer["who"]],
            version=1,
            stance=answer["stance"],
            reason=answer.get("reason", ""),
            at=begun_at + ANSWER_AFTER + timedelta(hours=3 * number),
        )
    if is_over and proposal.is_remit:
        Remit.objects.create(
            community=community,
            number=1,
            text=proposal.text,
            text_html=rendered.html,
            proposal=proposal,
            at=closes_at,
        )
