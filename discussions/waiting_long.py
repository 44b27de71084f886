"""Questions that nobody has answered for long, as something that needs care."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cop.moderation.kinds import CaseKind, Shown
from cop.moderation.sweeping import AT_ONCE, Found, noted
from discussions.models import Reply, Topic
from discussions.querysets import TopicQuerySet

KIND = "question"
# Asked so long ago without one reply; what is older still was left unanswered long before anybody looked.
LONG, TOO_LONG = timedelta(days=7), timedelta(days=90)


def _waiting(at: datetime) -> TopicQuerySet:
    rows = Topic.objects.standing().unanswered().filter(reply_count=0, locked_at=None, forum__archived_at=None)
    rows = rows.filter(forum__isnull=False, community__archived_at=None)
    return rows.filter(started_at__lte=at - LONG, started_at__gt=at - TOO_LONG)


def find(at: datetime, after: int) -> list[Found]:
    """Give the questions that wait."""
    rows = _waiting(at).filter(pk__gt=after).select_related("community", "starter").order_by("pk")[:AT_ONCE]
    return [Found(row.pk, row.community, row.started_at + LONG, about=row.starter) for row in rows]


def show(ids: Collection[int]) -> Mapping[int, Shown]:
    """Give those that still wait, with their words: two queries."""
    topics = list(_waiting(timezone.now()).filter(pk__in=ids).select_related("community", "starter", "guest"))
    openings = {row.topic_id: row for row in Reply.objects.filter(topic__in=topics, parent=None).order_by("-path")}
    return {topic.pk: _shown(topic, openings.get(topic.pk)) for topic in topics}


def _shown(topic: Topic, opening: Reply | None) -> Shown:
    ask = reverse("discussions:could-help", args=[topic.community.slug, topic.pk])
    return Shown(
        title=topic.title,
        url=ask if topic.starter_id else topic.get_absolute_url(),
        html=opening.body_html if opening else "",
        author=topic.starter_name,
        at=topic.started_at,
        because=(_("Nobody has replied to this question. Its title leads to those who could help."),),
    )


QUESTIONS = CaseKind(
    words=gettext_lazy("Waiting for an answer"),
    show=show,
    decisions=(noted(gettext_lazy("Let it be"), gettext_lazy("It waits on its own page only.")),),
    weight=3,
)
