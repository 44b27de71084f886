"""What commitments and proposals erase of somebody who closed their account."""

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import ngettext

from cop.agreements.models import Commitment, Position, Proposal, ProposalState, ProposalVersion
from cop.notifications.models import Activity
from cop.search import indexing
from members.carrying_out import changing, deleting, next_of
from members.closing_models import AccountClosing
from members.models import User


def held(user: User) -> list[str]:
    """Say how much somebody promised, proposed and answered."""
    commitments = Commitment.objects.filter(person=user).count()
    proposals = Proposal.objects.filter(proposer=user).count()
    positions = Position.objects.filter(user=user).count()
    said = [
        (ngettext("%(count)d commitment", "%(count)d commitments", commitments), commitments),
        (ngettext("%(count)d proposal", "%(count)d proposals", proposals), proposals),
        (ngettext("%(count)d answer to a proposal", "%(count)d answers to proposals", positions), positions),
    ]
    return [sentence % {"count": count} for sentence, count in said if count]


def _if_removed(closing: AccountClosing, rows: "QuerySet[Commitment]") -> "QuerySet[Commitment]":
    return rows if closing.is_removed else rows.none()


def commitments(closing: AccountClosing, after: int) -> int | None:
    """Delete their promises, with what the story says of them."""
    if not closing.is_removed:
        return None
    ids = next_of(Commitment.objects.filter(person=closing.user), 0)
    with transaction.atomic():
        Activity.objects.filter(kind="commitment", object_id__in=ids).delete()
        Commitment.objects.filter(pk__in=ids).delete()
    return ids[-1] if ids else None


def proposals(closing: AccountClosing, after: int) -> int | None:
    """Delete their proposals that nobody else answered; what others decided about stays, without the name."""
    if not closing.is_removed:
        return None
    ids = next_of(Proposal.objects.filter(proposer=closing.user), after)
    for proposal in Proposal.objects.filter(pk__in=ids):
        others = proposal.positions.exclude(user=closing.user).exists()
        with transaction.atomic():
            if others or proposal.state == ProposalState.AGREED:
                Proposal.objects.filter(pk=proposal.pk).update(proposer=None)
                ProposalVersion.objects.filter(proposal=proposal, by=closing.user).update(by=None)
                indexing.put("proposal", proposal.pk)
            else:
                Activity.objects.filter(kind="proposal", object_id=proposal.pk).delete()
                indexing.take_out("proposal", proposal.pk)
                proposal.delete()
    return ids[-1] if ids else None


def _positions(closing: AccountClosing) -> "QuerySet[Position]":
    return Position.objects.filter(user=closing.user) if closing.is_removed else Position.objects.none()


STEPS = {
    "commitments": commitments,
    "asked-commitments": changing(
        lambda closing: _if_removed(closing, Commitment.objects.filter(Q(asked_by=closing.user))), asked_by=None
    ),
    # Before the positions go: they say which proposals others decided about.
    "proposals": proposals,
    "positions": deleting(_positions),
}
