"""Proposing: put a text to consent, answer it, change it (which asks again), and write down what came of it."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from cop.agreements import vetting
from cop.agreements.places import Place, fields_of
from cop.agreements.proposal_models import (
    Position,
    Proposal,
    ProposalState,
    ProposalVersion,
    Remit,
    Stance,
)
from cop.agreements.ringing import ring
from cop.base.errors import Refused
from cop.base.models import touch
from cop.markup.rendering import excerpt, render
from cop.notifications import activities
from cop.search import indexing
from members.models import Community, User

KIND = "proposal"
DAYS = 7
# Who reads a changed text late still has some days to answer it.
LEAST_AFTER_CHANGE = timedelta(days=3)
LONGEST = timedelta(days=90)
TWINS_WITHIN = timedelta(minutes=2)
NEEDS_REASON = (Stance.CONCERN, Stance.OBJECTION)


class Changed(Refused):
    """Somebody has changed the text since it was read."""

    def __init__(self) -> None:
        super().__init__(_("The text has been changed since you opened it. Read it again, then answer."))


def propose(
    community: Community,
    *,
    by: User,
    title: str,
    text: str,
    closes_at: datetime | None = None,
    is_remit: bool = False,
    place: Place | None = None,
) -> Proposal:
    """Put a text to consent, for seven days unless said otherwise; a form sent twice makes one proposal.

    Raises Refused for a moment that is past, in an archived community, and in a place that is closed.
    """
    rendered = render(text)
    closes_at = _checked(closes_at or timezone.now() + timedelta(days=DAYS))
    with transaction.atomic():
        # Both of two requests at once come this far; the second waits here for the first.
        if Community.objects.select_for_update(no_key=True).get(pk=community.pk).is_archived:
            raise Refused(_("This community is archived. A facilitator can open it again in its settings."))
        if place is not None and place.is_closed:
            raise Refused(_("This is closed by now. Make your proposal on the community's own page."))
        if twin := _twin(community, by, title, text):
            return twin
        vetting.look(community, by=by, title=title, rendered=rendered, field="text")
        made = Proposal(
            community=community,
            proposer=by,
            title=title,
            text=text,
            text_html=rendered.html,
            closes_at=closes_at,
            is_remit=is_remit,
            **fields_of(place),
        )
        made.save()
        _keep_version(made, by=by, note="")
        _tell(made, "proposed", by=by, summary=excerpt(rendered.text))
        indexing.put(KIND, made.pk)
    return made


def revise(proposal: Proposal, *, by: User, text: str, note: str, version: int) -> bool:
    """Change the text, which asks everybody again; tell whether it differs. At least three days are left to answer.

    `version` is the one that was read: raises Refused where it is no longer the newest, and where the time is over.
    """
    rendered = render(text)
    with transaction.atomic():
        locked = _locked(proposal)
        _must_be_answerable(locked)
        if locked.version != version:
            raise Changed
        if locked.text == text:
            return False
        vetting.look(locked.community, by=by, title=locked.title, rendered=rendered, is_new=False, field="text")
        locked.text, locked.text_html, locked.version = text, rendered.html, version + 1
        locked.closes_at = max(locked.closes_at, timezone.now() + LEAST_AFTER_CHANGE)
        locked.closing_told_at = None
        locked.save()
        _keep_version(locked, by=by, note=note)
        transaction.on_commit(ring)
        indexing.put(KIND, locked.pk)
        activities.revise(KIND, locked.pk, title=locked.title, summary=excerpt(rendered.text), audience=locked.audience)
    proposal.refresh_from_db()
    return True


def take_position(proposal: Proposal, *, by: User, stance: str, reason: str = "", version: int) -> Position:
    """Say what one thinks of the text; the last word counts. A concern and an objection say why.

    Raises Refused without a reason, after the time, and where the text was changed meanwhile.
    """
    reason = reason.strip()
    if stance in NEEDS_REASON and not reason:
        raise Refused({"reason": _("Say why in a few words, so that the text can be made better.")})
    if reason:
        vetting.look(proposal.community, by=by, title="", rendered=render(reason), is_new=False, field="reason")
    with transaction.atomic():
        locked = _locked(proposal)
        _must_be_answerable(locked)
        if locked.version != version:
            raise Changed
        position, _is_new = Position.objects.update_or_create(
            proposal=locked,
            user=by,
            version=version,
            defaults={"stance": stance, "reason": reason, "at": timezone.now()},
        )
    return position


def prolong(proposal: Proposal, *, closes_at: datetime, by: User) -> bool:
    """Leave more time; tell whether that was new. Raises Refused for a moment that is past or far off."""
    closes_at = _checked(closes_at)
    rows = Proposal.objects.open().filter(pk=proposal.pk, closes_at__lt=closes_at)
    changed = rows.update(closes_at=closes_at, closing_told_at=None, outcome_asked_at=None, updated_at=timezone.now())
    touch(Community.objects.filter(pk=proposal.community_id))
    proposal.refresh_from_db()
    return bool(changed)


def withdraw(proposal: Proposal, *, by: User) -> bool:
    """Take it back; tell whether that was new."""
    with transaction.atomic():
        now = timezone.now()
        rows = Proposal.objects.open().filter(pk=proposal.pk)
        if not rows.update(state=ProposalState.WITHDRAWN, decided_at=now, updated_at=now):
            return False
        activities.withdraw(KIND, proposal.pk)
        indexing.take_out(KIND, proposal.pk)
    proposal.refresh_from_db()
    return True


def decide(proposal: Proposal, *, by: User, is_agreed: bool, outcome: str, look_again_on: date | None = None) -> bool:
    """Write down what came of it; tell whether that was new. A remit that was agreed counts from this moment.

    Raises Refused before the time is over, and for "agreed" while an objection to the text stands or nobody answered.
    """
    rendered = render(outcome)
    with transaction.atomic():
        locked = _locked(proposal)
        if not locked.is_open:
            return False
        _must_be_over(locked)
        if is_agreed:
            _must_be_agreed(locked)
        locked.state = ProposalState.AGREED if is_agreed else ProposalState.NOT_AGREED
        locked.outcome, locked.outcome_html = outcome, rendered.html
        locked.decided_at, locked.look_again_on = timezone.now(), look_again_on
        locked.save()
        if is_agreed and locked.is_remit:
            _set_remit(locked)
        _tell(locked, "decided", by=by, summary=excerpt(rendered.text))
        indexing.put(KIND, locked.pk)
    proposal.refresh_from_db()
    return True


def standing_objections(proposal: Proposal) -> int:
    """Give how many objections there are to the text as it is now."""
    return proposal.positions.filter(version=proposal.version, stance=Stance.OBJECTION).count()


def remit_of(community: Community) -> Remit | None:
    """Give the remit that counts today, or None."""
    return Remit.objects.filter(community=community).order_by("-number").first()


def _twin(community: Community, by: User, title: str, text: str) -> Proposal | None:
    recent = Proposal.objects.filter(created_at__gte=timezone.now() - TWINS_WITHIN)
    found: Proposal | None = recent.filter(community=community, proposer=by, title=title, text=text).first()
    return found


def _locked(proposal: Proposal) -> Proposal:
    found: Proposal = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    return found


def _must_be_answerable(proposal: Proposal) -> None:
    if not proposal.is_answerable:
        raise Refused(_("The time to answer is over. Whoever proposed it writes the outcome, or leaves more time."))


def _must_be_over(proposal: Proposal) -> None:
    if proposal.is_answerable:
        raise Refused(_("People can still answer. Wait until its day has come; or take the proposal back."))


def _must_be_agreed(proposal: Proposal) -> None:
    answered = proposal.positions.filter(version=proposal.version)
    if standing_objections(proposal):
        raise Refused(
            _("Somebody objects. Leave more time and change the text until they can live with it; or it is not agreed.")
        )
    if not answered.exclude(user=proposal.proposer_id).exists():
        raise Refused(_("Nobody else has answered yet. Leave more time, and ask for answers."))


def _set_remit(proposal: Proposal) -> None:
    Community.objects.select_for_update(no_key=True).get(pk=proposal.community_id)
    last = Remit.objects.filter(community=proposal.community_id).aggregate(Max("number"))["number__max"] or 0
    Remit.objects.create(
        community_id=proposal.community_id,
        number=last + 1,
        text=proposal.text,
        text_html=proposal.text_html,
        proposal=proposal,
    )
    touch(Community.objects.filter(pk=proposal.community_id))


def _checked(closes_at: datetime) -> datetime:
    now = timezone.now()
    if closes_at <= now + timedelta(hours=1):
        raise Refused({"closes_on": _("Leave people at least a day to answer.")})
    if closes_at > now + LONGEST:
        raise Refused({"closes_on": _("Choose a day within the next three months.")})
    return closes_at


def _keep_version(proposal: Proposal, *, by: User, note: str) -> None:
    ProposalVersion.objects.create(
        proposal=proposal,
        number=proposal.version,
        text=proposal.text,
        text_html=proposal.text_html,
        note=note,
        by=by,
    )


def _tell(proposal: Proposal, verb: str, *, by: User, summary: str) -> None:
    activities.record(
        verb,
        kind=KIND,
        object_id=proposal.pk,
        title=proposal.title,
        url=proposal.get_absolute_url(),
        summary=summary,
        community=proposal.community,
        audience=proposal.audience,
        thing_kind=proposal.thing_kind,
        thing_id=proposal.thing_id,
        by=by,
    )
