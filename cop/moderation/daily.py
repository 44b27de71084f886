"""The daily mail to facilitators who want one: what waits, with a link to each, at their own hour; nothing, no mail."""

import logging
from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from cop.base.links import absolute, absolute_url
from cop.mail import outbox
from cop.mail.models import Mailing
from cop.moderation import care_following, caring, queueing
from cop.moderation.care_following import KIND
from cop.moderation.kinds import kinds, personal
from cop.moderation.models import Case
from cop.notifications import announcing, pacing
from cop.notifications.models import Pace, Subscription
from members.models import Community, User

logger = logging.getLogger(__name__)

AT_ONCE = 500
NAMED = 20


def send_due(at: datetime | None = None) -> int:
    """Mail everybody whose hour has come what waits in their communities; give how many copies that makes."""
    at = at or timezone.now()
    groups: dict[tuple[int, str, User | None], list[Subscription]] = defaultdict(list)
    due = Subscription.objects.confirmed().filter(thing_kind=KIND, pace=Pace.DAILY, digest_due_at__lte=at)
    rows = list(due.select_related("subscriber__user").order_by("digest_due_at", "pk")[:AT_ONCE])
    concerned = _concerned({row.thing_id for row in rows})
    for row in rows:
        user = row.subscriber.user
        alone = user if user and (row.thing_id, user.pk) in concerned else None
        groups[row.thing_id, row.subscriber.language, alone].append(row)
    communities = Community.objects.in_bulk({community_id for community_id, _language, _alone in groups})
    return sum(_try(communities.get(pk), words, found, at, alone) for (pk, words, alone), found in groups.items())


def _concerned(communities: Collection[int]) -> set[tuple[int, int]]:
    """Give who does not decide about all that waits, by community: they get a mail of their own."""
    rows = Case.objects.open().filter(community__in=communities, kind__in=personal())
    found = set(rows.values_list("community", "about")) | set(rows.values_list("community", "done_by"))
    return {(community, pk) for community, pk in found if pk}


def _try(community: Community | None, language: str, rows: list[Subscription], at: datetime, alone: User | None) -> int:
    """Send to one group; one that fails must not hold up the others."""
    try:
        return _send(community, language, rows, at, alone)
    except Exception:
        where = community.pk if community else "one that is gone"
        logger.exception("No daily mail was written about what needs care in %s; the next minute tries again", where)
        return 0


def _send(
    community: Community | None, language: str, rows: list[Subscription], at: datetime, alone: User | None
) -> int:
    mailing = _prepare(community, language, at, alone) if community else None
    with transaction.atomic():
        count = 0
        if community and mailing:
            owed = Subscription.objects.filter(pk__in=[row.pk for row in rows], digest_due_at__lte=at)
            owed = owed.reachable(at).allowed(care_following.thing_of(community))
            count = outbox.fill(mailing, owed.recipients())
        for row in rows:
            Subscription.objects.filter(pk=row.pk).update(digest_due_at=pacing.due_at(row, after=at))
    return count


def _prepare(community: Community, language: str, at: datetime, alone: User | None) -> Mailing | None:
    """Render what waits now, for all or for one `alone` whom some of it concerns; None where nothing does."""
    rows = Case.objects.open().filter(community=community).select_related("community")
    rows = rows.for_decider(alone) if alone else rows
    cases = list(rows.order_by("weight", "since", "pk")[:NAMED])
    if not cases:
        return None
    with override(language):
        shown = queueing.shown_of_all(cases)
        named = [
            (kinds[case.kind].words, found.title, queueing.waited(case), absolute(case.get_absolute_url()))
            for case in cases
            if (found := shown.get((case.kind, case.thing_id)))
        ]
        return announcing.prepare(
            "care_daily",
            thing=care_following.thing_of(community),
            dedupe_key=f"care-daily:{community.pk}:{language}:{alone.pk if alone else 0}:{at:%Y%m%d%H}",
            context={
                "community": community,
                "named": named,
                "count": caring.waiting_count(community, reader=alone),
                "most": caring.MOST_COUNTED,
                "url": absolute_url("moderation:care", community.slug),
            },
            language=language,
        )
