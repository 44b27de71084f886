"""Commitments and proposals as things that can be flagged, hidden and shown again."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cop.agreements import committing, proposing
from cop.agreements.commitment_models import Commitment, CommitmentState
from cop.agreements.places import PlacedQuerySet
from cop.agreements.proposal_models import Proposal, ProposalState
from cop.moderation.action_models import What
from cop.moderation.recording import record
from cop.moderation.things import Thing, ThingKind, Why
from cop.notifications import activities
from cop.search import indexing, searchables
from members.audiences import Reader
from members.models import User

NO_REASON = Why()


def thing_of_commitment(commitment: Commitment) -> Thing:
    """Give a commitment as a thing: of whoever wrote it, which is who asked for it where somebody did."""
    return Thing(
        kind=committing.KIND,
        id=commitment.pk,
        community=commitment.community,
        title=commitment.text,
        url=commitment.get_absolute_url(),
        text="\n\n".join(filter(None, (commitment.text, commitment.word))),
        author=commitment.asked_by or commitment.person,
        at=commitment.created_at,
        is_hidden=commitment.hidden_at is not None,
    )


def thing_of_proposal(proposal: Proposal) -> Thing:
    """Give a proposal as a thing, with its text as it is now."""
    return Thing(
        kind=proposing.KIND,
        id=proposal.pk,
        community=proposal.community,
        title=proposal.title,
        url=proposal.get_absolute_url(),
        text=proposal.text,
        html=proposal.text_html,
        author=proposal.proposer,
        at=proposal.created_at,
        is_hidden=proposal.hidden_at is not None,
    )


@dataclass(frozen=True)
class Keeping:
    """How rows of one kind are seen, hidden and shown again; those in the state `taken_back` stand in no story."""

    rows: Callable[[], Any]
    thing_of: Callable[[Any], Thing]
    taken_back: str

    def see(self, number: int, reader: Reader) -> Thing | None:
        """Give one to whoever reads it."""
        found = self.rows().visible_to(reader).standing().told_to(reader).filter(pk=number).first()
        return self.thing_of(found) if found else None

    def show(self, ids: Collection[int]) -> dict[int, Thing]:
        """Give many: one query."""
        return {row.pk: self.thing_of(row) for row in self.rows().filter(pk__in=ids)}

    def hide(self, number: int, by: User | None, why: Why = NO_REASON) -> bool:
        """Show it to nobody but whose it is and facilitators; no mail names it meanwhile."""
        with transaction.atomic():
            if not self.rows().filter(pk=number, hidden_at=None).update(hidden_at=timezone.now()):
                return False
            thing = self.thing_of(self.rows().get(pk=number))
            activities.withdraw(thing.kind, number)
            self._record(What.HIDDEN, thing, by, why)
        return True

    def show_again(self, number: int, by: User | None, why: Why = NO_REASON) -> bool:
        """Show it to its audience again; nobody is told anew."""
        with transaction.atomic():
            if not self.rows().filter(pk=number, hidden_at__isnull=False).update(hidden_at=None):
                return False
            row = self.rows().get(pk=number)
            thing = self.thing_of(row)
            if row.state != self.taken_back:
                activities.bring_back(thing.kind, number)
            self._record(What.SHOWN, thing, by, why)
        return True

    @staticmethod
    def _record(what: What, thing: Thing, by: User | None, why: Why) -> None:
        record(what, thing, by=by, why=why)
        if thing.kind in searchables.kinds:
            indexing.put(thing.kind, thing.id)

    @property
    def acts(self) -> dict[str, Callable[..., bool]]:
        """What can be done to one."""
        return {What.HIDDEN: self.hide, What.SHOWN: self.show_again}


def drop(commitment: Commitment, *, by: User, word: str) -> bool:
    """Say that something will not be done; of what somebody else promised, with a line in the log."""
    thing = thing_of_commitment(commitment)
    with transaction.atomic():
        done = committing.drop(commitment, by=by, word=word)
        if done and by.pk != commitment.person_id:
            record(What.CALLED_OFF, thing, by=by, why=Why(words=word))
    return done


def _commitments() -> PlacedQuerySet:
    return Commitment.objects.select_related("community", "person", "asked_by")


def _proposals() -> PlacedQuerySet:
    return Proposal.objects.select_related("community", "proposer")


_COMMITMENTS = Keeping(_commitments, thing_of_commitment, CommitmentState.DROPPED)
_PROPOSALS = Keeping(_proposals, thing_of_proposal, ProposalState.WITHDRAWN)

COMMITMENTS = ThingKind(
    words=_("a commitment"),
    flagged=_("Flagged commitments"),
    see=_COMMITMENTS.see,
    show=_COMMITMENTS.show,
    acts=_COMMITMENTS.acts,
)
PROPOSALS = ThingKind(
    words=_("a proposal"),
    flagged=_("Flagged proposals"),
    see=_PROPOSALS.see,
    show=_PROPOSALS.show,
    acts=_PROPOSALS.acts,
)
