"""Which notifications are told on which devices: what is said to somebody, and what they follow each at once."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, Q, QuerySet, Value
from django.utils import timezone

from cop.base.inserting import insert_select
from cop.notifications.models import Activity
from cop.notifications.notice_models import PERSONAL, MailState, Notification, Reason
from cop.notifications.push.models import Push

# Whoever has the page open reads it there meanwhile; a second thing said at once comes in the same push.
LINGERS = timedelta(seconds=45)
# Chosen to come later and together, or not at all.
NOT_AT_ONCE = (MailState.ROUND_UP, MailState.BEAT)
COLUMNS = ("device_id", "notification_id", "due_at", "attempts")


def queue(activity: Activity, *, at: datetime | None = None) -> int:
    """Let the devices of everybody who was told of an activity be told too; one statement. Give how many.

    Call it in the transaction that wrote the notifications.
    """
    due = (at or timezone.now()) + LINGERS
    followed = Q(reason=Reason.FOLLOWING) & ~Q(mail__in=NOT_AT_ONCE)
    told = Notification.objects.filter(Q(reason__in=PERSONAL) | followed, activity=activity).unread()
    rows: QuerySet[Any] = told.exclude(mail=MailState.MUTED).filter(user__devices__isnull=False)
    rows = rows.annotate(_due=Value(due, output_field=DateTimeField()), _attempts=Value(0))
    return insert_select(Push, COLUMNS, rows.values_list("user__devices", "pk", "_due", "_attempts"))
