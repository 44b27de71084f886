"""Finding a date: proposals, votes, and the click that makes the event."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.notifications import activities
from events import moments, saving
from events.models import Event
from events.poll_models import DatePoll, DateProposal, DateVote, Vote
from members.models import User

KIND = "date-poll"
PROPOSALS_MOST = 20
PEOPLE_MOST = 200
TWINS_WITHIN = timedelta(minutes=2)


@dataclass
class Tally:
    """A proposal with what people said of it."""

    proposal: DateProposal
    mine: str
    votes: list[tuple[User, str]]
    yes: int
    maybe: int


def ask(poll: DatePoll, *, starts: Iterable[datetime], by: User) -> DatePoll:
    """Keep a new poll with its proposals, wall times of its zone; a form sent twice makes one. Raises Refused."""
    found = sorted({moments.to_utc(moment, poll.timezone) for moment in starts})
    if not 2 <= len(found) <= PROPOSALS_MOST:
        raise Refused(_("Propose at least two dates, and at most %(most)d.") % {"most": PROPOSALS_MOST})
    with transaction.atomic():
        recent = DatePoll.objects.filter(created_by=by, created_at__gte=timezone.now() - TWINS_WITHIN)
        if twin := recent.filter(community=poll.community, title=poll.title).first():
            return twin
        poll.created_by = by
        poll.save()
        DateProposal.objects.bulk_create([DateProposal(poll=poll, starts_at=moment) for moment in found])
        activities.record(
            "asked",
            kind=KIND,
            object_id=poll.pk,
            title=poll.title,
            url=poll.get_absolute_url(),
            summary=_("When do you have time? A date is looked for."),
            community=poll.community,
            audience=poll.audience,
            by=by,
        )
    return poll


def vote(poll: DatePoll, votes: Mapping[int, str], *, by: User) -> int:
    """Keep what each proposal is to somebody; give how many votes that were. Raises Refused for a closed poll."""
    with transaction.atomic():
        row = DatePoll.objects.select_for_update().get(pk=poll.pk)
        if not row.is_open:
            raise Refused(_("The date has been chosen; there is nothing to vote on any more."))
        known = set(row.proposals.values_list("pk", flat=True))
        given = [DateVote(proposal_id=pk, user=by, vote=word) for pk, word in votes.items() if pk in known]
        DateVote.objects.bulk_create(
            given, update_conflicts=True, unique_fields=["proposal", "user"], update_fields=["vote"]
        )
    return len(given)


def tallies(poll: DatePoll, user: User) -> list[Tally]:
    """Give each proposal with what people said of it, and what `user` did; two queries."""
    votes: dict[int, list[tuple[User, str]]] = {}
    rows = DateVote.objects.filter(proposal__poll=poll).select_related("user").order_by("user__display_name", "pk")
    for row in rows[: PEOPLE_MOST * PROPOSALS_MOST]:
        votes.setdefault(row.proposal_id, []).append((row.user, row.vote))
    found = []
    for proposal in poll.proposals.all():
        given = votes.get(proposal.pk, [])
        words = [vote for _user, vote in given]
        mine = next((vote for voter, vote in given if voter == user), "")
        found.append(Tally(proposal, mine, given, words.count(Vote.YES), words.count(Vote.IF_NEED_BE)))
    return found


def choose(poll: DatePoll, proposal: DateProposal, *, by: User) -> Event:
    """Make the event of a poll from one of its proposals, as a draft; a second click gives the same event."""
    with transaction.atomic():
        row = DatePoll.objects.select_for_update().get(pk=poll.pk)
        if row.event:
            return row.event
        if not row.is_open:
            raise Refused(_("This poll was closed without a date."))
        starts = moments.to_wall(proposal.starts_at, row.timezone)
        ends = starts + timedelta(minutes=row.minutes)
        fields = {
            "title": row.title,
            "body": row.about,
            "timezone": row.timezone,
            "first_day": starts.date(),
            "first_time": starts.time(),
            "last_day": ends.date(),
            "last_time": ends.time(),
            "audience": row.audience,
        }
        row.event = saving.add_event(row.community, saving.Plan(fields), by=by)
        row.closed_at = timezone.now()
        row.save(update_fields=["event", "closed_at", "updated_at"])
        activities.withdraw(KIND, row.pk)
    return row.event


def close(poll: DatePoll) -> bool:
    """End a poll without a date; tell whether that was new."""
    with transaction.atomic():
        closed = DatePoll.objects.filter(pk=poll.pk, closed_at=None).update(closed_at=timezone.now())
        activities.withdraw(KIND, poll.pk)
    return bool(closed)
