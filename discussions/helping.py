"""Who could help: members whose "ask me about" fits a question and who are glad to be asked, asked by name."""

import re
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone
from django.utils.translation import gettext as _
from taggit.models import Tag

from cop.base.errors import Refused
from cop.base.links import absolute, absolute_url
from cop.base.tags import tags_by_id
from cop.mail import outbox
from cop.markup.rendering import excerpt
from discussions.help_models import HelpInvitation
from discussions.models import Reply, Topic
from members.blocking_models import Block
from members.models import Membership, User
from members.profile_models import AskAboutItem
from members.profiling import Shown, shown_to

SHOWN = 5
CANDIDATES = 50
LONGEST_TAG = 3
START = 300
WEEK = timedelta(days=7)


def who_could_help(topic: Topic, *, reader: User, at: datetime | None = None) -> list[Shown]:
    """Give up to five people to ask, who fits best first: nobody who takes part already, or was asked enough lately."""
    wanted = _phrases(topic)
    people = _askable(topic, at or timezone.now(), by=reader).filter(
        pk__in=AskAboutItem.objects.filter(tag__in=_tags(wanted)).values("content_object__user")
    )
    known = User.objects.visible_to(reader).filter(pk__in=people.values("pk")).exclude(pk=reader.pk)
    known = known.select_related("profile", "organisation").prefetch_related(
        "profile__ask_about",  # type: ignore[misc] # taggit's managers are unknown to the type checker.
        "profile__learning",
    )
    # What the reader may not see of somebody must not be guessed from their being named.
    found = [(_fit(shown, wanted), shown) for shown in (shown_to(reader, row) for row in known[:CANDIDATES])]
    best = sorted((pair for pair in found if pair[0]), key=lambda pair: (-pair[0], pair[1].person.display_name))
    return [shown for _fits, shown in best[:SHOWN]]


def _phrases(topic: Topic) -> set[str]:
    """Give the topic's tags, and what stands in its title that could be one: up to three words in a row."""
    words = re.findall(r"[^\W_]+", topic.title.lower())[:40]
    runs = {
        " ".join(words[start : start + length])
        for length in range(1, LONGEST_TAG + 1)
        for start in range(len(words) - length + 1)
    }
    return runs | {name.lower() for _slug, name in tags_by_id(Topic, [topic.pk]).get(topic.pk, [])}


def _tags(wanted: set[str]) -> QuerySet[Tag]:
    found: QuerySet[Tag] = Tag.objects.annotate(lower=Lower("name")).filter(lower__in=wanted)
    return found


def _fit(shown: Shown, wanted: set[str]) -> int:
    return sum(name.lower() in wanted for name in shown.ask_about)


def _askable(topic: Topic, at: datetime, *, by: User) -> QuerySet[User]:
    """Members who are glad to be asked, do not write in the topic, and were not asked about it or too often;
    and who has not blocked whoever asks, or wrote the question."""
    members = Membership.objects.taking_part().filter(community=topic.community)
    lately = HelpInvitation.objects.filter(user=OuterRef("pk"), at__gt=at - WEEK).order_by()
    times = lately.values("user").annotate(times=Count("pk")).values("times")
    return (
        User.objects.filter(pk__in=members.values("user"), profile__is_glad_to_be_asked=True)
        .exclude(pk__in=Reply.objects.filter(topic=topic, author__isnull=False).values("author"))
        .exclude(pk__in=HelpInvitation.objects.filter(topic=topic).values("user"))
        .exclude(pk__in=Block.objects.filter(blocked__in=[by.pk, topic.starter_id]).values("user"))
        .annotate(times=Coalesce(Subquery(times), 0))
        .filter(times__lt=settings.HELP_INVITATIONS_A_WEEK)
    )


def invite(topic: Topic, user: User, *, by: User, at: datetime | None = None) -> HelpInvitation:
    """Ask somebody by name, by one mail; raise Refused for who is not to be asked (any more) about this."""
    at = at or timezone.now()
    opening = topic.replies.order_by("path").first()
    with transaction.atomic():
        # Two who ask the same person at once: the second waits here, and finds the week full.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if not _askable(topic, at, by=by).filter(pk=user.pk).exists():
            raise Refused(_("%(name)s was asked meanwhile, or often enough this week.") % {"name": user.display_name})
        row = HelpInvitation.objects.create(topic=topic, user=user, by=by, at=at)
        outbox.send(
            "could_help",
            to=user.email,
            dedupe_key=f"could-help:{row.pk}",
            context={
                "topic": topic,
                "community": topic.community,
                "by": by,
                "start": excerpt(opening.text, START) if opening else "",
                "url": absolute(topic.get_absolute_url()),
                "profile_url": absolute_url("members:profile-edit"),
                "accent": topic.community.accent,
            },
            language=user.language,
        )
    return row


def asked_about(topic: Topic) -> list[HelpInvitation]:
    """Give who was asked by name, the last first."""
    return list(topic.help_invitations.select_related("user").order_by("-at", "-pk")[:20])
