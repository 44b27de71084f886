"""Committing: promise something, ask somebody to, say yes or no, keep it, drop it with a word, give it another day."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cop.agreements import vetting
from cop.agreements.commitment_models import Commitment, CommitmentState
from cop.agreements.places import Place, fields_of
from cop.base.errors import Refused
from cop.base.links import absolute
from cop.base.models import touch
from cop.mail import outbox
from cop.markup.rendering import render
from cop.notifications import activities
from members.blocking import has_blocked
from members.models import Community, Membership, MembershipQuerySet, User

KIND = "commitment"
# The same words by the same people within this time are one form sent twice.
TWINS_WITHIN = timedelta(minutes=2)
LONGEST = timedelta(days=366 * 2)


def commit(
    community: Community, *, by: User, text: str, due_on: date, place: Place | None = None, at: datetime | None = None
) -> Commitment:
    """Let `by` promise something; a form sent twice makes one promise. Raises Refused for a day that is past."""
    with transaction.atomic():
        made, is_new = _make(community, by, None, text, due_on, place)
        if is_new:
            _tell(made, "committed", by=by, at=at)
    return made


def ask(
    community: Community, *, by: User, person: User, text: str, due_on: date, place: Place | None = None
) -> Commitment:
    """Ask somebody to do something, by mail; nothing is promised before they say yes.

    Raises Refused for a day that is past, and for somebody who does not take part in the community.
    """
    if person == by:
        return commit(community, by=by, text=text, due_on=due_on, place=place)
    if not may_be_asked(community).filter(user=person).exists():
        raise Refused({"person": _("Choose somebody who takes part in this community.")})
    with transaction.atomic():
        made, is_new = _make(community, person, by, text, due_on, place)
    if is_new:
        _mail("commitment_asked", made, to=person, by=by, reply_to=by.email)
    return made


def accept(commitment: Commitment, *, by: User) -> bool:
    """Say yes to what one was asked to do; tell whether that was new."""
    with transaction.atomic():
        if not _move(commitment, CommitmentState.ASKED, CommitmentState.OPEN):
            return False
        _tell(commitment, "committed", by=by)
    _answer(commitment, "commitment_accepted")
    return True


def decline(commitment: Commitment, *, by: User, word: str = "") -> bool:
    """Say no to what one was asked to do; tell whether that was new."""
    with transaction.atomic():
        if not _move(commitment, CommitmentState.ASKED, CommitmentState.DECLINED, word=word, settled_at=timezone.now()):
            return False
    _answer(commitment, "commitment_declined")
    return True


def keep(commitment: Commitment, *, by: User, word: str = "") -> bool:
    """Say that it is done; tell whether that was new."""
    with transaction.atomic():
        if not _move(commitment, CommitmentState.OPEN, CommitmentState.DONE, word=word, settled_at=timezone.now()):
            return False
        _tell(commitment, "kept", by=commitment.person, summary=commitment.word)
    return True


def drop(commitment: Commitment, *, by: User, word: str) -> bool:
    """Say that it will not be done, and why; tell whether that was new. Raises Refused without a word."""
    if not word.strip():
        raise Refused({"word": _("Write a few words, so that the others know where they stand.")})
    with transaction.atomic():
        if not _move(commitment, CommitmentState.OPEN, CommitmentState.DROPPED, word=word, settled_at=timezone.now()):
            return False
        activities.withdraw(KIND, commitment.pk)
    return True


def move(commitment: Commitment, *, by: User, due_on: date) -> bool:
    """Give it another day; it is asked after again when that has passed. Raises Refused for a day that is past."""
    _check(due_on)
    with transaction.atomic():
        rows = Commitment.objects.open().filter(pk=commitment.pk).exclude(due_on=due_on)
        changed = rows.update(due_on=due_on, asked_after_at=None, updated_at=timezone.now())
        touch(Community.objects.filter(pk=commitment.community_id))
    commitment.refresh_from_db()
    return bool(changed)


def may_be_asked(community: Community) -> MembershipQuerySet:
    """Give the memberships of those who can promise something."""
    return Membership.objects.taking_part().filter(community=community)


def _make(
    community: Community, person: User, asked_by: User | None, text: str, due_on: date, place: Place | None
) -> tuple[Commitment, bool]:
    """Make a row, unless the same form made it a moment ago."""
    _check(due_on)
    # Both of two requests at once come this far; the second waits here for the first.
    locked = Community.objects.select_for_update(no_key=True).get(pk=community.pk)
    if locked.is_archived:
        raise Refused(_("This community is archived. A facilitator can open it again in its settings."))
    if place is not None and place.is_closed:
        raise Refused(_("This is closed by now. Make your promise on the community's own page."))
    same = Commitment.objects.filter(community=community, person=person, asked_by=asked_by, text=text, due_on=due_on)
    where = {"place_kind": place.kind, "place_id": place.id} if place else {"place_kind": ""}
    twin = same.filter(created_at__gte=timezone.now() - TWINS_WITHIN, **where).first()
    if twin:
        return twin, False
    vetting.look(community, by=asked_by or person, title=text, rendered=render(text), field="text")
    state = CommitmentState.ASKED if asked_by else CommitmentState.OPEN
    made = Commitment(
        community=community, person=person, asked_by=asked_by, text=text, due_on=due_on, state=state, **fields_of(place)
    )
    made.save()
    return made, True


def _check(due_on: date) -> None:
    today = timezone.localdate()
    if due_on < today:
        raise Refused({"due_on": _("This day is past. Choose today or a later one.")})
    if due_on > today + LONGEST:
        raise Refused({"due_on": _("Choose a day within the next two years.")})


def _move(commitment: Commitment, before: CommitmentState, after: CommitmentState, **fields: object) -> bool:
    """Take the step that only one of two clicks can take."""
    rows = Commitment.objects.filter(pk=commitment.pk, state=before)
    moved = rows.update(state=after, updated_at=timezone.now(), **fields)
    commitment.refresh_from_db()
    touch(Community.objects.filter(pk=commitment.community_id))
    return bool(moved)


def _tell(commitment: Commitment, verb: str, *, by: User | None, summary: str = "", at: datetime | None = None) -> None:
    activities.record(
        verb,
        kind=KIND,
        object_id=commitment.pk,
        title=commitment.text,
        url=commitment.get_absolute_url(),
        summary=summary,
        community=commitment.community,
        audience=commitment.audience,
        thing_kind=commitment.thing_kind,
        thing_id=commitment.thing_id,
        by=by,
        at=at,
    )


def _answer(commitment: Commitment, name: str) -> None:
    """Tell whoever asked what the answer was."""
    if commitment.asked_by and commitment.person:
        _mail(name, commitment, to=commitment.asked_by, by=commitment.person, reply_to=commitment.person.email)


def _mail(name: str, commitment: Commitment, *, to: User, by: User, reply_to: str = "") -> None:
    """Write to somebody of what `by` did, unless they blocked them."""
    if not to.is_active or has_blocked(to, by.pk):
        return
    outbox.send(
        name,
        to=to.email,
        dedupe_key=f"{name}:{commitment.pk}",
        context={
            "commitment": commitment,
            "community": commitment.community,
            "url": absolute(commitment.get_absolute_url()),
            "accent": commitment.community.accent,
        },
        language=to.language,
        reply_to=reply_to,
    )
