"""Agreements go where their place goes: its audience is theirs, its name stands beside them."""

from cop.agreements import committing, proposing
from cop.agreements.commitment_models import Commitment
from cop.agreements.places import fields_of, kinds
from cop.agreements.proposal_models import Proposal
from cop.notifications.models import Activity
from cop.search import indexing


def follow(kind: str, place_id: int) -> int:
    """Look again at a place that was moved, renamed, hidden or deleted; give how many agreements were made in it.

    Call it last in the transaction that changed it.
    """
    place = kinds[kind](place_id)
    now = fields_of(place) if place else {"place_title": "", "place_url": ""}
    commitments = list(Commitment.objects.made_in(kind, place_id).values_list("pk", flat=True))
    proposals = list(Proposal.objects.made_in(kind, place_id).values_list("pk", flat=True))
    Commitment.objects.filter(pk__in=commitments).update(**now)
    Proposal.objects.filter(pk__in=proposals).update(**now)
    if place:
        for name, ids in ((committing.KIND, commitments), (proposing.KIND, proposals)):
            Activity.objects.filter(kind=name, object_id__in=ids).update(audience=place.audience)
    if proposals:
        indexing.put(proposing.KIND, *proposals)
    return len(commitments) + len(proposals)


def carry(kind: str, places: list[int], *, audience: str, thing_id: int | None) -> None:
    """Let what was agreed in some places be read as they are, though they be hidden; its story too.

    `thing_id` is what the places are in: what follows that thing's audience from now on.
    """
    for model, name in ((Commitment, committing.KIND), (Proposal, proposing.KIND)):
        rows = model._default_manager.filter(place_kind=kind, place_id__in=places)
        ids = list(rows.values_list("pk", flat=True))
        rows.update(audience=audience, thing_id=thing_id)
        # What that thing opens or closes later reaches its story by the same number.
        Activity.objects.filter(kind=name, object_id__in=ids).update(audience=audience, thing_id=thing_id)
        if ids and name == proposing.KIND:
            indexing.put(name, *ids)


def change_audience(thing_kind: str, thing_id: int, *, audience: str) -> None:
    """Let what was agreed in a forum be read by another audience; its story and its search entries follow the forum."""
    for rows in (Commitment.objects.all(), Proposal.objects.all()):
        rows.filter(thing_kind=thing_kind, thing_id=thing_id).update(audience=audience)
