"""What a round-up of communities holds for one reader: the best first, nothing that was seen or mailed.

What happened is asked for once for each community and audience; what a reader was told of, once for a whole batch of
readers. Choosing for one of them then costs no query.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from cop.notifications import concerning, sections
from cop.notifications.models import Activity, Subscription
from cop.notifications.notice_models import MailState, Notification, Reason
from cop.notifications.sections import Line, Window
from members.blocking_models import Block
from members.models import Community

# No more than fits on a screen or two of a phone.
MOST_OF_A_PART = 4
MOST = 12
DISCUSSED_BY = 2
MOST_CANDIDATES = 400
# Where it was mailed, or is about to be, a round-up leaves it out.
MAILED = (MailState.SENT, MailState.OWED)

TO_YOU, COULD_HELP, QUESTIONS, DISCUSSED, NEW = "to_you", "could_help", "questions", "discussed", "new"
PARTS = (TO_YOU, COULD_HELP, QUESTIONS, DISCUSSED, NEW)


@dataclass(frozen=True)
class Chosen:
    """What a round-up says of one community: the ids of activities for each part, and whether it lists what comes."""

    community_id: int
    audience_key: str
    parts: tuple[tuple[str, tuple[int, ...]], ...]

    @property
    def ids(self) -> set[int]:
        """The activities that it tells of."""
        return {pk for _part, ids in self.parts for pk in ids}


@dataclass
class Happened:
    """What happened in a community, for one audience, and what comes."""

    community: Community
    activities: dict[int, Activity]
    question_urls: set[str]
    # Topics by how many different people wrote in them: the newest reply of each, and who wrote.
    discussed: list[tuple[int, frozenset[int]]]
    coming: list[Line]


@dataclass
class Told:
    """What a batch of readers was told of: for each user and community the ids and reasons, the newest first.

    `notices` are the notifications of what is open: for a user and an activity, the row's number.
    """

    open: dict[tuple[int, int], list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    notices: dict[tuple[int, int], int] = field(default_factory=dict)
    done: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    seen_things: set[tuple[int, str, int]] = field(default_factory=set)
    # Whom each reader blocked.
    blocked: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))


def happened_in(community: Community, audiences: Collection[str], *, window: Window) -> Happened:
    """Ask what happened in a community within a window, and what comes: a fixed number of queries."""
    rows = Activity.objects.standing().filter(community=community, audience__in=audiences, at__gt=window.since)
    found = list(rows.select_related("by").order_by("-at", "-pk")[:MOST_CANDIDATES])
    questions = {line.url for line in sections.sections["questions"].lines(window)} if _has("questions") else set()
    coming = list(sections.sections["events"].lines(window))[:MOST_OF_A_PART] if _has("events") else []
    return Happened(community, {row.pk: row for row in found}, questions, _discussed(found), coming)


def _has(name: str) -> bool:
    return sections.sections.get(name) is not None


def _discussed(found: Iterable[Activity]) -> list[tuple[int, frozenset[int]]]:
    """Give the newest part of each thing in which several people wrote, the most people first."""
    newest: dict[tuple[str, int], int] = {}
    writers: dict[tuple[str, int], set[int]] = defaultdict(set)
    for row in found:
        if concerning.telling_of(row).is_part and row.thing_id and row.by_id:
            thing = (row.thing_kind, row.thing_id)
            newest.setdefault(thing, row.pk)
            writers[thing].add(row.by_id)
    counted = Counter({thing: len(people) for thing, people in writers.items() if len(people) >= DISCUSSED_BY})
    return [(newest[thing], frozenset(writers[thing])) for thing, _count in counted.most_common(MOST_OF_A_PART * 2)]


def told_to(users: Collection[int], communities: Collection[int], *, since: datetime) -> Told:
    """Ask what some users were told of in some communities since a moment; a fixed number of queries."""
    told = Told()
    for user, other in Block.objects.filter(user__in=users).values_list("user", "blocked"):
        told.blocked[user].add(other)
    rows = Notification.objects.filter(user__in=users, community__in=communities, at__gt=since)
    fields = ("pk", "user", "community", "activity", "reason", "mail", "read_at", "about_kind", "about_id")
    for pk, user, community, activity, reason, mail, read_at, kind, number in rows.order_by("-pk").values_list(*fields):
        if read_at or mail in MAILED:
            told.done[user].add(activity)
            if read_at:
                told.seen_things.add((user, kind, number))
        else:
            told.open[user, community].append((activity, reason))
            told.notices[user, activity] = pk
    for kind in concerning.readers:
        told.seen_things.update((user, kind, number) for user, number in concerning.readers[kind](users, since))
    return told


def choose(row: Subscription, happened: Happened, told: Told, *, audience_key: str) -> Chosen | None:
    """Choose for the reader of a subscription what a round-up says of a community; None where nothing is worth it."""
    user = row.subscriber.user_id or 0
    parts: dict[str, list[int]] = {part: [] for part in PARTS}
    for pk, reason in told.open[user, happened.community.pk]:
        activity = happened.activities.get(pk)
        if activity and activity.by_id not in told.blocked[user]:
            parts[_part_of(activity, reason, happened)].append(pk)
    listed = {_thing(happened.activities[pk]) for ids in parts.values() for pk in ids}
    for pk, writers in happened.discussed:
        if writers & told.blocked[user]:
            continue
        thing = _thing(happened.activities[pk])
        is_fresh = pk > row.mailed_up_to and pk not in told.done[user]
        if is_fresh and user not in writers and thing not in listed and (user, *thing) not in told.seen_things:
            parts[DISCUSSED].append(pk)
    kept, left = [], MOST
    for part in PARTS:
        ids = tuple(_one_of_a_thing(parts[part], happened))[: min(MOST_OF_A_PART, left)]
        left -= len(ids)
        kept.append((part, ids))
    is_something = left < MOST or happened.coming
    return Chosen(happened.community.pk, audience_key, tuple(kept)) if is_something else None


def _part_of(activity: Activity, reason: int, happened: Happened) -> str:
    if reason in (Reason.MENTIONED, Reason.ANSWERED):
        return TO_YOU
    if reason == Reason.COULD_HELP:
        return COULD_HELP
    return QUESTIONS if activity.url in happened.question_urls else NEW


def _thing(activity: Activity) -> tuple[str, int]:
    if concerning.telling_of(activity).is_part and activity.thing_id:
        return activity.thing_kind, activity.thing_id
    return activity.kind, activity.object_id


def _one_of_a_thing(ids: list[int], happened: Happened) -> Iterable[int]:
    """Give the newest of each thing: seven replies in a topic are one line."""
    seen: set[tuple[str, int]] = set()
    for pk in ids:
        thing = _thing(happened.activities[pk])
        if thing not in seen:
            seen.add(thing)
            yield pk
