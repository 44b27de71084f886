"""Who may agree on what: members and facilitators promise and propose, everybody who belongs can look."""

from django.utils.translation import gettext_lazy as _

from cop.agreements.commitment_models import Commitment
from cop.agreements.proposal_models import Proposal
from members.models import Community
from members.permissions import rule
from members.standing import Standing


@rule("agreements.see_agreements", who=_("Only members of this community can see what its people agreed on."))
def may_see_agreements(standing: Standing, community: Community) -> bool:
    return standing.is_staff or standing.belongs_to(community)


@rule("agreements.commit", who=_("Only members and facilitators of this community can promise something here."))
def may_commit(standing: Standing, community: Community) -> bool:
    return standing.takes_part_in(community) and not community.is_archived


@rule("agreements.answer_commitment", who=_("Only the person who was asked can answer."))
def may_answer_commitment(standing: Standing, commitment: Commitment) -> bool:
    return may_commit(standing, commitment.community) and _is_own(standing, commitment)


@rule("agreements.settle_commitment", who=_("Only the person who promised it, and facilitators, can do that."))
def may_settle_commitment(standing: Standing, commitment: Commitment) -> bool:
    if commitment.community.is_archived:
        return False
    is_own = _is_own(standing, commitment) and standing.belongs_to(commitment.community)
    return is_own or standing.facilitates(commitment.community)


def _is_own(standing: Standing, commitment: Commitment) -> bool:
    return commitment.person_id is not None and commitment.person_id == standing.user.pk


@rule("agreements.propose", who=_("Only members and facilitators of this community can propose something here."))
def may_propose(standing: Standing, community: Community) -> bool:
    return may_commit(standing, community)


@rule("agreements.take_position", who=_("Only members and facilitators of this community can answer a proposal."))
def may_take_position(standing: Standing, proposal: Proposal) -> bool:
    return may_commit(standing, proposal.community)


@rule("agreements.manage_proposal", who=_("Only whoever proposed it, and facilitators, can do that."))
def may_manage_proposal(standing: Standing, proposal: Proposal) -> bool:
    if proposal.community.is_archived:
        return False
    is_own = proposal.proposer_id is not None and proposal.proposer_id == standing.user.pk
    return (is_own and standing.takes_part_in(proposal.community)) or standing.facilitates(proposal.community)
