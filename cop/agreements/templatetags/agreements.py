"""What the page of a place shows of the agreements made in it."""

from typing import Any

from django import template
from django.utils import timezone

from cop.agreements.models import Commitment, CommitmentState, Proposal, ProposalState

register = template.Library()
SHOWN = 20


@register.simple_tag(takes_context=True)
def agreements_in(context: template.Context, kind: str, place_id: int) -> dict[str, Any]:
    """Give what was promised and proposed in a place, for those who may see it: two queries."""
    request, community = context["request"], context["community"]
    if not request.user.has_perm("agreements.see_agreements", community):
        return {}
    shown = [CommitmentState.OPEN, CommitmentState.DONE]
    commitments = Commitment.objects.visible_to(request.user).made_in(kind, place_id).filter(state__in=shown)
    proposals = Proposal.objects.visible_to(request.user).made_in(kind, place_id)
    return {
        "commitments": list(commitments.select_related("person").order_by("due_on", "id")[:SHOWN]),
        "proposals": list(proposals.exclude(state=ProposalState.WITHDRAWN).order_by("-closes_at", "-id")[:SHOWN]),
        "today": timezone.localdate(),
    }
