"""Who may read what, said plainly: a second opinion on every `visible_to`, row by row, from first principles.

No query of the site is asked here. What a thing's audience is stands with the thing itself (the forum of a topic, the
blog of a post), never in a copy that was made of it: so a copy that was forgotten when an audience changed is found.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models

from blogs.models import Blog, DraftShare, Post
from cop.agreements.models import Commitment, Proposal, Remit
from cop.files.attachment_models import Attachment
from cop.files.models import File
from cop.home.naming_models import NamedRequest
from cop.letters.models import Conversation, Letter
from cop.moderation.action_models import ModerationAction
from cop.moderation.models import Case
from cop.notifications.models import Activity
from cop.notifications.notice_models import Notification
from cop.notifications.push.models import Device
from cop.search.models import SearchEntry
from discussions.held_models import HeldText
from discussions.models import Forum, Reply, Topic
from events.models import Event, Occurrence
from events.poll_models import DatePoll
from members.models import Community, Membership, Organisation, User


@dataclass(frozen=True)
class Person:
    """What the rules know of somebody: the roles they have today."""

    user: User | None
    facilitates: frozenset[int] = frozenset()
    belongs_to: frozenset[int] = frozenset()

    @property
    def is_staff(self) -> bool:
        return self.user is not None and self.user.is_staff

    def is_reader(self, audience: str, community: int) -> bool:
        """The table of audiences."""
        return (
            self.is_staff
            or {
                "public": True,
                "signed-in": self.user is not None,
                "community": community in self.belongs_to,
                "facilitators": community in self.facilitates,
            }[audience]
        )

    def looks_after(self, community: int) -> bool:
        return self.is_staff or community in self.facilitates

    def is_at(self, user_id: int | None) -> bool:
        return self.user is not None and self.user.pk == user_id


@cache
def person(user: User | None) -> Person:
    """Give somebody as the table of memberships has them now; `differences` looks anew each time."""
    rows = Membership.objects.filter(user=user, state="active") if user else []
    active = {row.community_id: row for row in rows}
    resting = {key for key, row in active.items() if row.stepped_back_at}
    facilitates = {key for key, row in active.items() if row.role == "facilitator"} - resting
    return Person(user, frozenset(facilitates), frozenset(active))


@cache
def audience_of(row: Any) -> str:
    """Where the audience of a row is decided."""
    if isinstance(row, Topic):
        return audience_of_topic(row)
    if isinstance(row, SearchEntry | Activity):
        return audience_of(thing_of(row))
    if isinstance(row, Commitment | Proposal) and row.place_kind == "topic":
        return audience_of_topic(Topic.objects.get(pk=row.place_id))
    return row.audience


def audience_of_topic(topic: Topic) -> str:
    """That of its forum; a conversation has that of the post or the event it is about."""
    if topic.forum:
        return topic.forum.audience
    post = Post.objects.filter(topic=topic).first()
    return post.blog.audience if post else Occurrence.objects.get(topic=topic).event.audience


KINDS = {"blog": Blog, "forum": Forum, "event": Event, "community": Community, "topic": Topic, "poll": DatePoll}
KINDS |= {"post": Post, "reply": Reply, "commitment": Commitment, "proposal": Proposal, "date-poll": DatePoll}


def thing_of(row: SearchEntry | Activity) -> Any:
    """Give what a line or an entry is about; a post is read by its blog's audience, a reply by its topic's."""
    found = KINDS[row.kind].objects.get(pk=row.object_id)
    return {Post: lambda: found.blog, Reply: lambda: found.topic}.get(type(found), lambda: found)()


def reads(who: Person, row: Any) -> bool:
    return who.is_reader(audience_of(row), row.community_id)


def reads_topic(who: Person, topic: Topic) -> bool:
    is_shown = topic.deleted_at is None and (topic.hidden_at is None or who.looks_after(topic.community_id))
    return is_shown and reads(who, topic)


def reads_event(who: Person, event: Event) -> bool:
    is_told = event.state != "draft" or who.is_at(event.created_by_id) or who.looks_after(event.community_id)
    return is_told and reads(who, event)


def reads_agreement(who: Person, row: Commitment | Proposal) -> bool:
    people = [row.person_id, row.asked_by_id] if isinstance(row, Commitment) else [row.proposer_id]
    is_shown = row.hidden_at is None or any(map(who.is_at, people)) or who.looks_after(row.community_id)
    return is_shown and reads(who, row)


def reads_post(who: Person, post: Post) -> bool:
    community = post.blog.community_id
    is_shared = (
        who.user and community in who.belongs_to and DraftShare.objects.filter(post=post, user=who.user).exists()
    )
    is_writing = who.is_at(post.author_id) or who.looks_after(community) or is_shared
    return who.is_reader(post.blog.audience, community) and bool(post.state == "published" or is_writing)


def knows_person(who: Person, other: User) -> bool:
    """Somebody shows the own page to everybody, to who is signed in, or to who shares a community."""
    known_to = other.profile.known_to if hasattr(other, "profile") else "sharing"
    shares = who.belongs_to & person(other).belongs_to
    is_wide = known_to == "everybody" or (who.user is not None and known_to == "signed-in")
    return other.is_active and (who.is_staff or is_wide or bool(shares) or who.is_at(other.pk))


def reads_letter(who: Person, letter: Letter) -> bool:
    """Two people read what they write to each other, and nobody else does."""
    talk = letter.conversation
    is_own = who.is_at(talk.first_id) or who.is_at(talk.second_id)
    return is_own and (not letter.is_kept_back or who.is_at(letter.author_id))


# For each model that has `visible_to`, whether somebody may read a row of it.
PLAIN: dict[type[models.Model], Callable[[Person, Any], bool]] = {
    Community: lambda who, row: who.is_reader(row.audience, row.pk),
    Remit: lambda who, row: who.is_reader(row.community.audience, row.community_id),
    Organisation: lambda who, row: who.user is not None or row.is_public,
    User: knows_person,
    Forum: reads,
    Topic: reads_topic,
    Reply: lambda who, row: reads_topic(who, row.topic),
    Blog: reads,
    Post: reads_post,
    Event: reads_event,
    Occurrence: lambda who, row: reads_event(who, row.event),
    DatePoll: reads,
    Commitment: reads_agreement,
    Proposal: reads_agreement,
    File: lambda who, row: reads(who, row) or who.is_at(row.owner_id),
    Attachment: lambda who, row: reads(who, row) or who.is_at(row.owner_id),
    SearchEntry: reads,
    Activity: lambda who, row: row.withdrawn_at is None and reads(who, row),
    Notification: lambda who, row: (
        who.is_at(row.user_id) and row.activity.withdrawn_at is None and reads(who, row.activity)
    ),
    HeldText: lambda who, row: who.looks_after(row.community_id) or who.is_at(row.author_id),
    Conversation: lambda who, row: any(reads_letter(who, letter) for letter in row.letters.all()),
    Letter: lambda who, row: reads_letter(who, row),
    Device: lambda who, row: who.is_at(row.user_id),
    Case: lambda who, row: who.looks_after(row.community_id),
    NamedRequest: lambda who, row: who.looks_after(row.community_id),
    ModerationAction: lambda who, row: who.looks_after(row.community_id) or who.is_at(row.about_id),
}


def with_visible_to() -> set[type[models.Model]]:
    """Every model whose rows somebody may or may not read, found by looking."""
    return {
        model for model in apps.get_models() if any(hasattr(manager, "visible_to") for manager in model._meta.managers)
    }


def differences(people: list[User | None], reader_of: Callable[[User | None], Any]) -> list[str]:
    """Compare the site's answer with the plain one, for everybody and every row, and say where they differ."""
    person.cache_clear()
    audience_of.cache_clear()
    found = []
    for model, may in PLAIN.items():
        manager = next(one for one in model._meta.managers if hasattr(one, "visible_to"))
        rows = list(model._base_manager.all())
        for user in people:
            who = person(user)
            shown = set(manager.visible_to(reader_of(user)).values_list("pk", flat=True))
            for row in rows:
                if may(who, row) is not (row.pk in shown):
                    verb = "is shown" if row.pk in shown else "is not shown"
                    found.append(f"{user or 'a visitor'} {verb} {model.__name__} {row.pk}: {row}")
    return found
