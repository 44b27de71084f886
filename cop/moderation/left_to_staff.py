"""What is left to site staff: flags and objections that concern all who facilitate a community.

It stands on a page of theirs and in the bell, and comes by mail once a day for as long as it waits.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from cop.base.links import absolute, absolute_url
from cop.mail import outbox
from cop.mail.models import Mailing
from cop.moderation.kinds import kinds
from cop.moderation.models import Case, CaseQuerySet
from cop.moderation.queueing import shown_of_all
from cop.notifications.waiting import Line, WaitingKind
from members.models import User

# What is settled within this is no mail, and nobody is written to before this hour of theirs.
WAITS = timedelta(minutes=2)
FROM_HOUR = 8
NAMED = 20
MOST_STAFF = 20


def cases_for(user: User) -> CaseQuerySet:
    """Give what nobody but site staff can decide, and `user` may."""
    rows = Case.objects.left_to_staff() if user.is_staff else Case.objects.none()
    return rows.for_decider(user)


def _rows(user: User) -> QuerySet[User] | None:
    """However much is left to them, they look at it in one place."""
    return User.objects.filter(Exists(cases_for(user)), pk=user.pk) if user.is_staff else None


def _lines(user: User) -> list[Line]:
    if not (user.is_staff and cases_for(user).exists()):
        return []
    return [Line(_("Something is left to site staff to decide"), reverse("moderation:left-to-staff"), "")]


LEFT = WaitingKind(rows=_rows, lines=_lines)


def send_due(at: datetime | None = None) -> int:
    """Mail site staff what is left to them, once on each day of theirs; give how many mails that makes."""
    at = at or timezone.now()
    if not Case.objects.left_to_staff().filter(created_at__lte=at - WAITS).exists():
        return 0
    staff = User.objects.filter(is_staff=True, is_active=True).order_by("pk")[:MOST_STAFF]
    return sum(_send(one, at) for one in staff)


def _send(user: User, at: datetime) -> bool:
    day = at.astimezone(ZoneInfo(user.timezone))
    dedupe_key = f"left-to-staff:{user.pk}:{day:%Y%m%d}"
    if day.hour < FROM_HOUR or Mailing.objects.filter(dedupe_key=dedupe_key).exists():
        return False
    rows = cases_for(user).filter(created_at__lte=at - WAITS).select_related("community")
    cases = list(rows.order_by("since", "pk")[:NAMED])
    if not cases:
        return False
    with override(user.language):
        shown = shown_of_all(cases)
        named = [
            (kinds[case.kind].words, found.title, case.community.name, absolute(case.get_absolute_url()))
            for case in cases
            if (found := shown.get((case.kind, case.thing_id)))
        ]
    context = {"named": named, "url": absolute_url("moderation:left-to-staff")}
    outbox.send("left_to_staff", to=user.email, dedupe_key=dedupe_key, context=context, language=user.language)
    return True
