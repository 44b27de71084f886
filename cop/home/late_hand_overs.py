"""Communities whose new facilitator has not answered for long, as something that needs care."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cop.home import handing_over
from cop.home.models import HandOver
from cop.moderation.kinds import Act, CaseKind, Decision, Shown
from cop.moderation.models import Case
from cop.moderation.sweeping import AT_ONCE, Found, noted
from members.invitation_models import Invitation

KIND = "hand-over"


def _late(at: datetime) -> models.QuerySet[HandOver]:
    rows = HandOver.objects.filter(ended_at=None, asked_at__lte=at - handing_over.TELL_AFTER)
    return rows.filter(invitation__in=Invitation.objects.open(), invitation__community__archived_at=None)


def find(at: datetime, after: int) -> list[Found]:
    """Give the hand-overs that nobody has answered."""
    rows = _late(at).filter(pk__gt=after).select_related("invitation__community").order_by("pk")[:AT_ONCE]
    return [Found(row.pk, row.invitation.community, row.asked_at + handing_over.TELL_AFTER) for row in rows]


def show(ids: Collection[int]) -> Mapping[int, Shown]:
    """Give those that still wait: one query."""
    rows = _late(timezone.now()).filter(pk__in=ids).select_related("invitation__community", "by")
    return {
        row.pk: Shown(
            title=_("%(email)s was asked to facilitate") % {"email": row.invitation.email},
            author=row.by.display_name if row.by else "",
            at=row.asked_at,
            because=(_("There is no answer yet. Until there is, the community stays with whoever asked."),),
        )
        for row in rows
    }


def _ask_again(case: Case, act: Act) -> None:
    row = HandOver.objects.select_related("invitation__community", "by").filter(pk=case.thing_id, ended_at=None).first()
    if row:
        handing_over.ask_again(row)


HAND_OVERS = CaseKind(
    words=gettext_lazy("Late hand-overs"),
    show=show,
    decisions=(
        Decision(
            "again", gettext_lazy("Ask them again"), _ask_again, gettext_lazy("They get the mail again."), key="a"
        ),
        noted(gettext_lazy("Wait on"), gettext_lazy("It waits on.")),
    ),
    weight=3,
)
