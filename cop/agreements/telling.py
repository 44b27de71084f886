"""Mails about proposals: the text has changed, it closes soon, its time is over, it is time to look at it again.

Each goes once: it has a key of its own, and what was told is noted after it.
"""

from datetime import datetime, timedelta
from typing import Any, cast

from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from cop.agreements.proposal_models import Position, Proposal, ProposalState
from cop.base.links import absolute
from cop.mail import outbox
from cop.notifications import announcing
from cop.notifications.community_following import KIND, follow_as_members, thing_of
from cop.notifications.models import Pace, Subscription
from members.audiences import Audience
from members.models import Membership, User
from members.standing import standing_of

SOON = timedelta(hours=48)
AT_ONCE = 100


def tell_due(at: datetime | None = None) -> int:
    """Send what is due about all proposals; give how many proposals were told of."""
    at = at or timezone.now()
    return _changed() + _closing(at) + _ended(at) + _look_again(at)


def _rows(**conditions: Any) -> QuerySet[Proposal]:
    rows: QuerySet[Proposal] = Proposal.objects.standing().filter(community__archived_at=None, **conditions)
    return rows.select_related("community", "proposer").order_by("pk")[:AT_ONCE]


def _changed() -> int:
    count = 0
    for proposal in _rows(state=ProposalState.OPEN, told_version__lt=F("version")):
        tell_changed(proposal)
        count += Proposal.objects.filter(pk=proposal.pk).update(told_version=proposal.version)
    return count


def _closing(at: datetime) -> int:
    count = 0
    conditions = {"state": ProposalState.OPEN, "closing_told_at": None}
    for proposal in _rows(closes_at__gt=at, closes_at__lte=at + SOON, **conditions):
        tell_closing(proposal, at=at)
        count += _note(proposal, closing_told_at=at)
    return count


def tell_closing(proposal: Proposal, *, at: datetime) -> int:
    """Mail those who take part, follow the community's mails and have not answered yet; give how many."""
    follow_as_members(proposal.community, at=at)
    thing = thing_of(proposal.community)
    mailing = announcing.prepare(
        "proposal_closing",
        thing=thing,
        dedupe_key=f"proposal-closing:{proposal.pk}:{proposal.version}:{proposal.closes_at:%Y%m%d%H%M}",
        context=_context(proposal),
    )
    rows = Subscription.objects.to(KIND, proposal.community_id).confirmed().reachable().allowed(thing)
    answered = Position.objects.filter(proposal=proposal, version=proposal.version, user=OuterRef("subscriber__user"))
    people = _taking_part(proposal).filter(user=OuterRef("subscriber__user"))
    rows = rows.exclude(pace=Pace.MUTED).filter(Exists(people), ~Exists(answered))
    return outbox.fill(mailing, rows.recipients())


def _taking_part(proposal: Proposal) -> QuerySet[Membership]:
    rows = Membership.objects.taking_part().filter(community=proposal.community_id)
    return rows.facilitating() if proposal.audience == Audience.FACILITATORS else rows


def tell_changed(proposal: Proposal) -> int:
    """Ask those again who answered an earlier text; give how many."""
    mailing = outbox.prepare(
        "proposal_changed",
        dedupe_key=f"proposal-changed:{proposal.pk}:{proposal.version}",
        context=_context(proposal) | {"version": proposal.versions.get(number=proposal.version)},
        language=proposal.community.language,
    )
    own = _taking_part(proposal).filter(user=OuterRef("pk"))
    earlier = Position.objects.filter(proposal=proposal, version__lt=proposal.version, user=OuterRef("pk"))
    now = Position.objects.filter(proposal=proposal, version=proposal.version, user=OuterRef("pk"))
    people = User.objects.filter(Exists(own), Exists(earlier), ~Exists(now), is_active=True)
    key = Concat(Value(f"proposal-{proposal.pk}-"), Cast("pk", CharField()), output_field=CharField())
    chosen = people.annotate(address=Cast("email", CharField()), key=key).values("address", "key")
    return outbox.fill(mailing, cast("QuerySet[Any, dict[str, Any]]", chosen))


def _ended(at: datetime) -> int:
    count = 0
    for proposal in _rows(state=ProposalState.OPEN, closes_at__lte=at, outcome_asked_at=None):
        key = f"proposal-ended:{proposal.pk}:{proposal.closes_at:%Y%m%d%H%M}"
        _write("proposal_ended", proposal, key=key)
        count += _note(proposal, outcome_asked_at=at)
    return count


def _look_again(at: datetime) -> int:
    count = 0
    for proposal in _rows(decided_at__isnull=False, look_again_on__lte=at.date(), looked_again_at=None):
        _write("proposal_look_again", proposal, key=f"proposal-look-again:{proposal.pk}")
        count += _note(proposal, looked_again_at=at)
    return count


def _write(name: str, proposal: Proposal, *, key: str) -> None:
    """Write to the proposer; to the facilitators where the proposer has left or may not read it any more."""
    for person in _responsible(proposal):
        outbox.send(
            name,
            to=person.email,
            dedupe_key=f"{key}:{person.pk}",
            context=_context(proposal),
            language=person.language,
        )


def _responsible(proposal: Proposal) -> list[User]:
    active = Membership.objects.active().filter(community=proposal.community_id).select_related("user")
    own = [row.user for row in active.filter(user=proposal.proposer_id)]
    readers = [user for user in own if standing_of(user).may_read(proposal.audience, proposal.community_id)]
    return readers or [membership.user for membership in active.facilitating()]


def _context(proposal: Proposal) -> dict[str, Any]:
    return {
        "proposal": proposal,
        "community": proposal.community,
        "url": absolute(proposal.get_absolute_url()),
        "accent": proposal.community.accent,
    }


def _note(proposal: Proposal, **told: datetime) -> int:
    return Proposal.objects.filter(pk=proposal.pk).update(**told)
