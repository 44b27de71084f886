"""Telling those who voted in a poll which date was taken, once, when its event is published."""

import logging
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone

from cop.mail import outbox
from cop.notifications.querysets import SubscriptionQuerySet
from events import inviting
from events.models import Occurrence
from events.poll_models import DatePoll, DateVote, Vote

logger = logging.getLogger(__name__)

AT_ONCE = 50


def tell_voters_due(at: datetime | None = None) -> int:
    """Tell the voters of polls whose event was published; give of how many polls. Safe to run twice."""
    at = at or timezone.now()
    # While the event is hidden they wait.
    polls = DatePoll.objects.exclude(tells_voters_since=None).exclude(event__hidden_at__isnull=False)
    polls = polls.order_by("tells_voters_since")
    told = 0
    for poll in polls.select_related("event__community")[:AT_ONCE]:
        try:
            tell_voters(poll, at=at)
        except Exception:  # One poll that fails must not hold up the others.
            logger.exception("The voters of poll %s were not told; the next sweep tries again", poll.pk)
            continue
        told += DatePoll.objects.filter(pk=poll.pk).update(tells_voters_since=None)
    return told


def tell_voters(poll: DatePoll, *, at: datetime) -> int:
    """Mail the voters who may read the event and take mail from the community; give how many mails that made.

    One mail is rendered for each zone, language and vote, and copied to all of them by the database.
    """
    occurrence = inviting.first_to_come(poll.event, at=at) if poll.event else None
    if occurrence is None:
        return 0
    given = DateVote.objects.filter(proposal__poll=poll, user=OuterRef("subscriber__user"))
    # Where its host has moved the event since, nobody has said anything about that date.
    of_the_date = given.filter(proposal__starts_at=occurrence.starts_at)
    voters = inviting.readers_of(occurrence).filter(Exists(given))
    by_vote = {str(vote): voters.filter(Exists(of_the_date.filter(vote=vote))) for vote in Vote.values}
    by_vote[""] = voters.filter(~Exists(of_the_date))
    return sum(_tell(poll, occurrence, chosen, voted) for voted, chosen in by_vote.items())


def _tell(poll: DatePoll, occurrence: Occurrence, voters: SubscriptionQuerySet, voted: str) -> int:
    count = 0
    kinds = voters.order_by().values_list("subscriber__timezone", "subscriber__language").distinct()
    for zone, language in list(kinds):
        letter = inviting.prepare(
            "event_date_chosen",
            occurrence,
            zone=zone,
            language=language,
            dedupe_key=f"{inviting.key_of_chosen(poll.pk)}{occurrence.pk}:{zone}:{language}:{voted}",
            more={"voted": voted},
        )
        chosen = voters.filter(subscriber__timezone=zone, subscriber__language=language)
        count += outbox.fill(letter, chosen.recipients())
    return count
