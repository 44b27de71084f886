"""What a search reads of proposals: their text as it is now, and what came of them."""

from collections.abc import Collection, Iterator

from django.utils.translation import gettext_lazy as _

from cop.agreements.proposal_models import Proposal, ProposalState
from cop.markup.cleaning import plain
from cop.search.models import SearchEntry
from cop.search.searchables import Searchable

KIND = "proposal"


def entries_of(ids: Collection[int]) -> Iterator[SearchEntry]:
    """Give the entries of those proposals that were neither taken back nor hidden."""
    rows = (
        Proposal.objects.standing()
        .filter(pk__in=ids)
        .exclude(state=ProposalState.WITHDRAWN)
        .select_related("community")
    )
    for proposal in rows:
        yield SearchEntry(
            object_id=proposal.pk,
            community=proposal.community,
            audience=proposal.audience,
            thing_kind=proposal.thing_kind,
            thing_id=proposal.thing_id,
            topic_id=proposal.place_id if proposal.place_kind == "topic" else None,
            title=proposal.title,
            text="\n".join(plain(html) for html in (proposal.outcome_html, proposal.text_html) if html),
            url=proposal.get_absolute_url(),
            author_id=proposal.proposer_id,
            language=proposal.community.language,
            at=proposal.created_at,
        )


def ids_after(after: int, size: int) -> list[int]:
    """Give the ids of the next proposals."""
    return list(Proposal.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:size])


PROPOSALS = Searchable(_("Proposals"), read=entries_of, ids_after=ids_after)
