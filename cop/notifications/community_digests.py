"""Round-ups of communities for their members, daily or weekly, at the reader's own hour: nothing worth it, no mail.

All readers who get the same share one mailing, rendered once. A reader's communities come in one mail, or in one each.
"""

import logging
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, cast

from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.utils import timezone

from cop.base.links import absolute_url
from cop.base.updating import update_each
from cop.mail import outbox
from cop.mail.models import Mailing
from cop.notifications import gathering, pacing
from cop.notifications.community_following import KIND, thing_of
from cop.notifications.gathering import PARTS, Chosen, Happened
from cop.notifications.holding_back import reason_of_address
from cop.notifications.models import Activity, Pace, State, Subscriber, Subscription
from cop.notifications.notice_models import MailState, Notification
from cop.notifications.sections import Window
from cop.notifications.slots import next_slot
from members.audiences import Audience
from members.models import Community, Membership

logger = logging.getLogger(__name__)

GATE = "community-digests"
# Readers of one batch who get the same share the work of one letter: the larger, the fewer letters.
BATCH = 5000
# A little more than the time between two, so that nothing falls between them.
LOOKS_BACK = {Pace.DAILY: timedelta(hours=30), Pace.WEEKLY: timedelta(days=7, hours=6)}
LOOKS_AHEAD = {Pace.DAILY: timedelta(days=1), Pace.WEEKLY: timedelta(days=7)}
FOR_MEMBERS = (Audience.PUBLIC, Audience.SIGNED_IN, Audience.COMMUNITY)
FOR_FACILITATORS = (*FOR_MEMBERS, Audience.FACILITATORS)
AUDIENCES = {"members": FOR_MEMBERS, "facilitators": FOR_FACILITATORS}


@dataclass(frozen=True)
class Letter:
    """What one round-up says, of one community or several; readers who get the same letter share a mailing."""

    chosen: tuple[Chosen, ...]
    pace: str
    language: str


@dataclass
class Run:
    """What is asked and rendered once for all batches of readers that are due at a moment."""

    at: datetime
    kept: dict[tuple[int, str, str], Happened] = field(default_factory=dict)
    mailings: dict[Letter, int | None] = field(default_factory=dict)
    count: int = 0

    def mailing_of(self, letter: Letter) -> int | None:
        """Give the number of the mailing that carries a letter; None where it cannot be made."""
        if letter not in self.mailings:
            try:
                self.mailings[letter] = _prepare(letter, self.kept, self.at).pk
            except Exception:  # One letter that fails must not hold up the others.
                logger.exception("A round-up of communities was not made; the next minute tries again")
                self.mailings[letter] = None
        return self.mailings[letter]


def send_due(at: datetime | None = None) -> int:
    """Mail every round-up of communities that is due at `at`; give how many readers get one. Safe to run twice."""
    at = at or timezone.now()
    run = Run(at)
    last = 0
    while batch := _batch_after(last, at):
        last = batch[-1].subscriber_id
        try:
            run.count += _send_batch(batch, run)
        except Exception:  # One batch that fails must not hold up the others.
            logger.exception("Round-ups of communities were not made; the next minute tries again")
    return run.count


def _batch_after(last: int, at: datetime) -> list[Subscription]:
    """Give the next readers that are due, each with all that is due to them."""
    rows = _due(at).filter(subscriber__gt=last).order_by("subscriber", "pk").select_related("subscriber")
    batch = list(rows[: BATCH + 1])
    if len(batch) > BATCH and batch[0].subscriber_id != batch[-1].subscriber_id:
        batch = [row for row in batch if row.subscriber_id != batch[-1].subscriber_id]
    return batch


def _due(at: datetime) -> Any:
    return Subscription.objects.confirmed().filter(thing_kind=KIND, digest_due_at__lte=at)


def _send_batch(batch: list[Subscription], run: Run) -> int:
    """Mail one batch of readers: a fixed number of queries, and a few for each letter that was not made before."""
    at = run.at
    users = {row.subscriber.user_id for row in batch if row.subscriber.user_id}
    communities = {row.thing_id for row in batch}
    roles = _roles(users, communities)
    reachable = set(
        Subscription.objects.filter(pk__in=[row.pk for row in batch]).reachable(at).values_list("pk", flat=True)
    )
    told = gathering.told_to(users, communities, since=at - LOOKS_BACK[Pace.WEEKLY])
    _look(batch, run.kept, at)
    by_reader: dict[tuple[int, str], list[tuple[Subscription, Chosen]]] = defaultdict(list)
    for row in batch:
        user = row.subscriber.user_id
        role = roles.get((user or 0, row.thing_id))
        if user is None or role is None or row.pk not in reachable:
            continue
        happened = run.kept.get((row.thing_id, row.pace, role))
        if happened and (chosen := gathering.choose(row, happened, told, audience_key=role)):
            place = 0 if row.subscriber.is_digest_together else row.pk
            by_reader[row.subscriber_id, f"{row.pace}:{place}"].append((row, chosen))
    mailed, notices, failed = dict[int, int](), dict[int, list[int]](), set[int]()
    for pairs in by_reader.values():
        first = pairs[0][0]
        mailing = run.mailing_of(Letter(tuple(chosen for _row, chosen in pairs), first.pace, first.subscriber.language))
        if mailing is None:
            failed.update(row.pk for row, _chosen in pairs)
            continue
        for row, chosen in pairs:
            mailed[row.pk] = mailing
            user = row.subscriber.user_id or 0
            notices[row.pk] = [told.notices[user, pk] for pk in chosen.ids if (user, pk) in told.notices]
    return _fill([row for row in batch if row.pk not in failed], mailed, notices, at)


def _roles(users: set[int], communities: set[int]) -> dict[tuple[int, int], str]:
    """Give for each user and community which of the two groups of readers they belong to; none for who may not."""
    rows = Membership.objects.active().filter(user__in=users, community__in=communities, stepped_back_at=None)
    return {
        (user, community): "facilitators" if role == "facilitator" else "members"
        for user, community, role in rows.values_list("user", "community", "role")
    }


def _look(batch: list[Subscription], kept: dict[tuple[int, str, str], Happened], at: datetime) -> None:
    """Ask once what happened in each community, for both groups of readers."""
    wanted = {(row.thing_id, row.pace) for row in batch} - {(pk, pace) for pk, pace, _role in kept}
    communities = Community.objects.alive().in_bulk([pk for pk, _pace in wanted])
    for pk, pace in wanted:
        if pk not in communities:
            continue
        for role, audiences in AUDIENCES.items():
            since, until = at - LOOKS_BACK[Pace(pace)], at + LOOKS_AHEAD[Pace(pace)]
            window = Window(communities[pk], since, at, at, until, audiences)
            kept[pk, pace, role] = gathering.happened_in(communities[pk], audiences, window=window)


def _fill(batch: list[Subscription], mailed: dict[int, int], notices: dict[int, list[int]], at: datetime) -> int:
    """Claim a batch by moving its marks, in the transaction that fills the mailings; give how many get a copy."""
    paces = {row.pk: row.pace for row in batch}
    with transaction.atomic():
        due = _due(at).filter(pk__in=paces).order_by("pk").select_for_update(no_key=True)
        claimed = {pk for pk, pace in due.values_list("pk", "pace") if pace == paces[pk]}
        mailed = {pk: mailing for pk, mailing in mailed.items() if pk in claimed}
        update_each(Subscription, "digest_mailing_id", mailed)
        count = outbox.fill_each(set(mailed.values()), _readers(mailed)) if mailed else 0
        told = {notice: mailing for pk, mailing in mailed.items() for notice in notices[pk]}
        update_each(Notification, "mailing_id", told, mail=MailState.SENT)
        _set_next([row for row in batch if row.pk in claimed], at)
    return count


def _readers(claimed: Collection[int]) -> QuerySet[Any, dict[str, Any]]:
    """Give what the outbox wants; who has several communities in one mail gets one copy."""
    columns = {"address": F("subscriber__address"), "key": F("subscriber__token"), "mailing": F("digest_mailing_id")}
    return cast(
        "QuerySet[Any, dict[str, Any]]", Subscription.objects.filter(pk__in=claimed).values(**columns).distinct()
    )


def _prepare(letter: Letter, kept: dict[tuple[int, str, str], Happened], at: datetime) -> Mailing:
    rooms = [(kept[one.community_id, letter.pace, one.audience_key], one) for one in letter.chosen]
    first = rooms[0][0].community
    text = repr((letter, [line.url for happened, _chosen in rooms for line in happened.coming]))
    shown = [_room(happened, chosen) for happened, chosen in rooms]
    leave_url = absolute_url("notifications:digests-leave", outbox.KEY)
    things = [thing_of(happened.community) for happened, _chosen in rooms]
    return outbox.prepare(
        "community_digest",
        dedupe_key=f"community-digest:{sha256(text.encode()).hexdigest()[:32]}:{at:%Y%m%d%H}",
        context={
            "rooms": shown,
            "lead": _lead(shown),
            "pace": letter.pace,
            "is_one": len(rooms) == 1,
            "thing": things[0] if len(rooms) == 1 else None,
            "accent": first.accent if len(rooms) == 1 else "",
            "manage_url": absolute_url("notifications:manage", outbox.KEY),
            "leave_url": leave_url,
        },
        language=letter.language,
        from_name=first.name if len(rooms) == 1 else "",
        list_id=things[0].list_id if len(rooms) == 1 else "",
        leave_url=leave_url,
        gate=GATE,
    )


def _room(happened: Happened, chosen: Chosen) -> dict[str, Any]:
    parts = {part: [happened.activities[pk] for pk in ids] for part, ids in chosen.parts}
    return {"community": happened.community, "parts": parts, "coming": happened.coming}


def _lead(shown: list[dict[str, Any]]) -> str:
    """Give the title that stands in the subject: the best there is."""
    for part in PARTS:
        for room in shown:
            if room["parts"][part]:
                return str(room["parts"][part][0].title)
    return next((room["coming"][0].title for room in shown if room["coming"]), "")


def _set_next(batch: list[Subscription], at: datetime) -> None:
    """Set when each reader's next round-up is due; a few queries for the whole batch."""
    newest = Activity.objects.aggregate(last=Max("pk"))["last"] or 0
    by_time: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for row in batch:
        reader = row.subscriber
        by_time[row.pace, reader.timezone, reader.digest_weekday, reader.digest_hour, reader.paused_until].append(
            row.pk
        )
    for (pace, zone, weekday, hour, paused_until), ids in by_time.items():
        after = max(at, paused_until or at)
        due = next_slot(after, pace=pace, timezone=zone, weekday=weekday, hour=hour)
        rows = Subscription.objects.filter(pk__in=ids, pace=pace, state=State.CONFIRMED)
        rows.update(digest_due_at=due, mailed_up_to=newest, owed_after=None, owed_up_to=None)


def kept_back(keys: list[str]) -> dict[str, str]:
    """Give, for the tokens of subscribers, the reason why no round-up of communities may go there today."""
    found = Subscriber.objects.filter(token__in=keys).select_related("user")
    rows = {row.token: row for row in found}
    reasons = {key: reason_of_address(rows[key]) if key in rows else str(State.LEFT.label) for key in keys}
    return {key: reason for key, reason in reasons.items() if reason}


def leave(subscriber: Subscriber) -> int:
    """Send no round-ups of communities to an address any more; give how many that were."""
    rows = subscriber.subscriptions.filter(thing_kind=KIND, pace__in=pacing.DIGESTED, state=State.CONFIRMED)
    return sum(pacing.change_pace(row, Pace.MUTED) for row in rows)
