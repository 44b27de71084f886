"""What this room puts into somebody's copy of their data: what they promised, proposed, and thought of proposals."""

from django.db.models import Q
from django.utils.translation import gettext as _

from cop.agreements.models import Commitment, Position, Proposal, ProposalVersion
from members.models import User
from members.packing import Part, kind


def agreed(user: User) -> Part:
    """Commitments, proposals with their versions, and answers to proposals."""
    yield kind(
        "commitments",
        _("Commitments"),
        Commitment.objects.filter(Q(person=user) | Q(asked_by=user)).order_by("pk"),
        text=_("What"),
        community__name=_("Community"),
        person__display_name=_("Who"),
        due_on=_("By when"),
        state=_("State"),
        word=_("What came of it"),
        settled_at=_("Settled"),
    )
    yield kind(
        "proposals",
        _("Proposals that you made"),
        Proposal.objects.filter(proposer=user).order_by("pk"),
        title=_("Title"),
        community__name=_("Community"),
        created_at=_("When"),
        text=_("Text"),
        state=_("State"),
        outcome=_("Outcome"),
    )
    yield kind(
        "proposal-versions",
        _("Versions of proposals that you wrote"),
        ProposalVersion.objects.filter(by=user).order_by("pk"),
        at=_("When"),
        number=_("Version"),
        text=_("Text"),
        note=_("Note"),
    )
    yield kind(
        "positions",
        _("What you thought of proposals"),
        Position.objects.filter(user=user).order_by("pk"),
        at=_("When"),
        proposal__title=_("Proposal"),
        stance=_("You said"),
        reason=_("Why"),
    )


PARTS = {"agreed": agreed}
