"""Members whose mail comes back: somebody who knows them can ask for another address."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db.models import Max, OuterRef, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cop.moderation.kinds import CaseKind, Shown
from cop.moderation.sweeping import AT_ONCE, Found, noted
from cop.notifications.models import Subscriber
from members.models import Membership, MembershipQuerySet

KIND = "unreachable"


def _rows() -> MembershipQuerySet:
    stopped = Subscriber.objects.filter(user=OuterRef("user"), unreachable_at__isnull=False)
    since = stopped.order_by().values("user").annotate(last=Max("unreachable_at")).values("last")
    rows = Membership.objects.active().filter(community__archived_at=None)
    return rows.annotate(unreachable_since=Subquery(since)).filter(unreachable_since__isnull=False)


def _since(row: Membership) -> datetime:
    moment: datetime = row.unreachable_since  # type: ignore[attr-defined]
    return moment


def find(at: datetime, after: int) -> list[Found]:
    """Give the members who cannot be reached."""
    unreachable = Subscriber.objects.filter(unreachable_at__isnull=False, user__isnull=False).values("user")
    rows = _rows().filter(user__in=unreachable, pk__gt=after).select_related("user", "community").order_by("pk")
    return [Found(row.pk, row.community, _since(row), about=row.user) for row in rows[:AT_ONCE]]


def show(ids: Collection[int]) -> Mapping[int, Shown]:
    """Give those who still cannot be reached: one query."""
    return {
        row.pk: Shown(
            title=_("Mail to %(name)s comes back") % {"name": row.user.display_name},
            url=row.user.get_absolute_url(),
            author=row.user.display_name,
            at=_since(row),
            because=(
                _("They get nothing by mail any more, and read that when they sign in. Perhaps you know another way."),
            ),
        )
        for row in _rows().filter(pk__in=ids).select_related("user")
    }


UNREACHABLE = CaseKind(
    words=gettext_lazy("Out of reach"),
    show=show,
    decisions=(noted(gettext_lazy("I take note"), gettext_lazy("Noted.")),),
    weight=3,
)
