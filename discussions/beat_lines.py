"""What a beat lists of discussions: questions that wait for an answer, and new topics."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cop.notifications.sections import LINES_SHOWN, Line, Section, Window
from discussions.models import Topic
from discussions.querysets import TopicQuerySet


def _within(window: Window) -> TopicQuerySet:
    rows = Topic.objects.standing().filter(community=window.community, forum__isnull=False)
    return rows.filter(audience__in=window.audiences).select_related("community", "starter", "guest")


def _questions(window: Window) -> Iterator[Line]:
    for topic in _within(window).unanswered().order_by("-started_at", "-id")[: LINES_SHOWN * 2]:
        counted = ngettext("%(count)d reply so far", "%(count)d replies so far", topic.reply_count)
        yield Line(topic.title, topic.get_absolute_url(), counted % {"count": topic.reply_count}, topic.starter_id)


def _topics(window: Window) -> Iterator[Line]:
    new = _within(window).filter(started_at__gt=window.since, started_at__lte=window.until, kind="discussion")
    for topic in new.order_by("-started_at", "-id")[: LINES_SHOWN * 4]:
        yield Line(topic.title, topic.get_absolute_url(), topic.starter_name, topic.starter_id)


QUESTIONS = Section(_("Questions that wait for an answer"), _questions)
TOPICS = Section(_("New topics"), _topics)
