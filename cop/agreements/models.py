"""What people agree on: commitments (who does what by when), proposals put to consent, and the community's remit."""

from cop.agreements.commitment_models import Commitment, CommitmentState
from cop.agreements.proposal_models import Position, Proposal, ProposalState, ProposalVersion, Remit, Stance

__all__ = [
    "Commitment",
    "CommitmentState",
    "Position",
    "Proposal",
    "ProposalState",
    "ProposalVersion",
    "Remit",
    "Stance",
]
