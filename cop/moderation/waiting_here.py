"""What the bell says of care: in which of one's communities something waits."""

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cop.moderation import caring, telling
from cop.moderation.action_models import ModerationAction
from cop.moderation.models import Case
from cop.notifications.waiting import Line, WaitingKind
from members.audiences import facilitated_by
from members.models import Community, User

# Nobody facilitates so many that they would all be told.
MOST_TOLD = 20


def _rows(user: User) -> QuerySet[Community] | None:
    facilitated = facilitated_by(user)
    waiting = Case.objects.open().filter(community=OuterRef("pk")).for_decider(user)
    return Community.objects.filter(Exists(waiting), pk__in=facilitated) if facilitated else None


def communities_that_need(user: User) -> list[Community]:
    """Give the communities that `user` facilitates in which something waits, by name."""
    rows = _rows(user)
    return [] if rows is None else list(rows.order_by("name")[:MOST_TOLD])


def _lines(user: User) -> list[Line]:
    found = communities_that_need(user)
    counts = caring.waiting_counts(found, reader=user) if found else {}
    return [
        Line(words_for(counts[one.pk]), reverse("moderation:care", args=[one.slug]), one.name)
        for one in found
        if one.pk in counts
    ]


def words_for(count: int) -> str:
    """Say how much waits."""
    if count > caring.MOST_COUNTED:
        return _("More than %(count)d things need care") % {"count": caring.MOST_COUNTED}
    return ngettext("%(count)d thing needs care", "%(count)d things need care", count) % {"count": count}


CARE = WaitingKind(rows=_rows, lines=_lines)


def _told(user: User) -> QuerySet[ModerationAction]:
    return ModerationAction.objects.about_person(user).filter(seen_at=None)


def _told_lines(user: User) -> list[Line]:
    rows = _told(user).select_related("community").order_by("-at")[:MOST_TOLD]
    return [Line(_about(one), one.get_absolute_url(), one.community.name) for one in rows]


def _about(action: ModerationAction) -> str:
    return _("About %(title)s") % {"title": telling.called(action.kind, action.title)}


# What was done to things of one's own, until one has said that one read it.
TOLD = WaitingKind(rows=_told, lines=_told_lines)
