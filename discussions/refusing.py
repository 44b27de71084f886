"""Refusing a reply: its topic was closed while it was written, or is slow."""

from datetime import timedelta

from django.utils import timezone
from django.utils.timesince import timeuntil
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from discussions.models import Reply, Topic
from members.models import User


def refuse_unless_open(topic: Topic, by: User | None, *, is_timely: bool = False) -> None:
    """Raise Refused, with what to do about it, where `by` cannot reply any more, or not yet; None is a guest.

    What `is_timely` waited already, as what a facilitator looked at first.
    """
    if topic.deleted_at or topic.hidden_at:
        raise Refused(_("This topic was taken away while you wrote. Copy your text; a facilitator can tell you why."))
    if topic.merged_into_id:
        raise Refused(_("This topic has become part of another one while you wrote. Reply there."))
    if topic.community.is_archived:
        raise Refused(_("This community is archived. A facilitator can open it again in its settings."))
    if topic.forum and topic.forum.is_archived:
        raise Refused(_("This forum was archived while you wrote. Copy your text; a facilitator can open it again."))
    if topic.is_locked and not (by and by.has_perm("discussions.moderate", topic)):
        raise Refused(_("This topic was locked while you wrote. Copy your text; a facilitator can tell you why."))
    if not is_timely:
        _refuse_too_soon(topic, by)


def _refuse_too_soon(topic: Topic, by: User | None) -> None:
    """Hold people to the pace of a slow topic; whoever writes without an account is not known well enough."""
    if not topic.slow_minutes or by is None or by.has_perm("discussions.moderate", topic):
        return
    last = Reply.objects.filter(author=by, topic=topic).order_by("-pk").values_list("posted_at", flat=True).first()
    again = last + timedelta(minutes=topic.slow_minutes) if last else None
    if again and again > timezone.now():
        words = _("This topic is slow for a while, so that everybody can think: you can reply again in %(time)s.")
        raise Refused(words % {"time": timeuntil(again)})
