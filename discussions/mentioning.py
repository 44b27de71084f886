"""Calling people by name: whom "@Anna.Berg" means, whom to suggest while it is typed, and who was called where."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.markup.mentions import handle_of
from discussions.mention_models import Mention
from discussions.models import Reply, Topic
from members.audiences import Audience
from members.blocking import blocked_ids
from members.blocking_models import Block
from members.models import Community, Membership, User

# A message with more "@" than this is a list or a program: of the others nobody is looked up.
MOST_LOOKED_UP = 100
MOST_CALLED = 20
MOST_COMPARED = 5000
SUGGESTED = 8
# So many of a topic's last messages say who is talking.
TALKING = 100


@dataclass(frozen=True)
class Suggestion:
    """Somebody who can be called: by `handle`, known as `name`, told from others of that name by `note`."""

    handle: str
    name: str
    note: str


def called_in(names: Collection[str], *, community: Community, audience: str, by: User | None) -> list[int]:
    """Give the ids of those whom the names in a message mean, its writer left out.

    A name means somebody who belongs to the community and may read the message: by the whole name, by the whole name
    and their number, or by the first name where only one is called so; never somebody who blocked the writer. Raises
    Refused where too many are meant.
    """
    readers = _readers(community, audience)
    if by and names:
        readers = readers.exclude(user__in=Block.objects.against(by.pk))
    found = set(_meant(list(names)[:MOST_LOOKED_UP], readers).values())
    found.discard(by.pk if by else 0)
    if len(found) > MOST_CALLED:
        raise Refused(
            _("This calls %(count)d people by name, and %(most)d is the most. Take the “@” away before some.")
            % {"count": len(found), "most": MOST_CALLED}
        )
    return sorted(found)


def note(message: Reply, user_ids: Iterable[int]) -> None:
    """Keep who is called in a message as it stands now."""
    wanted = set(user_ids)
    there = set(message.mentions.values_list("user_id", flat=True)) if message.version > 1 else set()
    if there - wanted:
        message.mentions.filter(user__in=there - wanted).delete()
    new = sorted(wanted - there)
    # Whoever follows was told of it already: who is named only now hears of it alone (naming_later).
    owed_at = timezone.now() if message.told_at else None
    rows = [Mention(reply=message, user_id=pk, owed_at=owed_at) for pk in new]
    Mention.objects.bulk_create(rows, ignore_conflicts=True)


def suggest(
    typed: str, *, community: Community, audience: str, by: User, topic: Topic | None = None
) -> list[Suggestion]:
    """Give people who may read there and whose name holds what was typed: those who talk in `topic` first."""
    readers = _readers(community, audience).exclude(user=by).exclude(user__in=Block.objects.against(by.pk))
    readers = readers.exclude(user__in=blocked_ids(by))
    fitting = readers
    for word in typed.replace("\0", "").replace(".", " ").split()[:4]:
        fitting = fitting.filter(user__display_name__icontains=word)
    talking = _talking_in(topic) if topic else []
    listed = Q(user__profile=None) | Q(user__profile__is_unlisted=False)
    rows = _rows(fitting.filter(user__in=talking)) if talking else []
    rows += _rows(fitting.filter(listed).exclude(user__in=talking), most=SUGGESTED - len(rows))
    handles = {pk: handle_of(name) for pk, name, _note in rows}
    meant = _meant(list(handles.values()), readers) if rows else {}
    return [
        Suggestion(handles[pk] if meant.get(handles[pk].casefold()) == pk else f"{handles[pk]}.{pk}", name, where or "")
        for pk, name, where in rows
        if handles[pk]
    ]


def _readers(community: Community, audience: str) -> QuerySet[Membership]:
    members = Membership.objects.active().filter(community=community)
    return members.facilitating() if audience == Audience.FACILITATORS else members


def _rows(readers: QuerySet[Membership], most: int = SUGGESTED) -> list[tuple[int, str, str | None]]:
    found = readers.order_by("user__display_name", "user_id")
    return list(found.values_list("user_id", "user__display_name", "user__organisation__name")[: max(most, 0)])


def _talking_in(topic: Topic) -> list[int]:
    authors = topic.replies.standing().order_by("-pk").values_list("author_id", flat=True)[:TALKING]
    return list({pk: None for pk in authors if pk})


def _meant(names: list[str], readers: QuerySet[Membership]) -> dict[str, int]:
    """Give whom each name means, by the name without case; a name that fits nobody or several means nobody."""
    numbers = {name: int(name.rpartition(".")[2]) for name in names if name.rpartition(".")[2].isdecimal()}
    numbers = {name: number for name, number in numbers.items() if number < 2**62}
    looked_for = Q(user__in=numbers.values())
    for first in {_first(name) for name in names}:
        # SQLite knows no small letter but a to z.
        looked_for |= Q(user__display_name__icontains=first) | Q(user__display_name__contains=first.capitalize())
    by_whole: dict[str, list[int]] = defaultdict(list)
    by_first: dict[str, list[int]] = defaultdict(list)
    handles: dict[int, str] = {}
    fitting = readers.filter(looked_for).values_list("user_id", "user__display_name")
    for pk, shown in fitting[:MOST_COMPARED] if names else ():
        handles[pk] = handle_of(shown).casefold()
        by_whole[handles[pk]].append(pk)
        by_first[_first(handles[pk])].append(pk)
    meant = {}
    for name in names:
        key = name.casefold()
        people = by_whole.get(key) or by_first.get(key) or []
        if numbers.get(name) in handles and key == f"{handles[numbers[name]]}.{numbers[name]}":
            people = [numbers[name]]
        if len(people) == 1:
            meant[key] = people[0]
    return meant


def _first(name: str) -> str:
    return name.partition(".")[0]
