"""Telling those who are named in what everybody was told of already: once, and by mail only if none said it before."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cop.mail.models import Mailing
from cop.notifications import announcing, concerning, followables, notifying
from cop.notifications.holding import hold
from cop.notifications.models import Activity
from cop.notifications.notice_models import MailState, Notification, NotificationQuerySet, Reason


def tell(activity: Activity, user_ids: Collection[int], *, at: datetime | None = None) -> bool:
    """Say in the bell that an activity names these people; tell whether a mail of its own is owed to any of them.

    Who may not read it, and who was told before that they are named, is left out.
    """
    at = at or timezone.now()
    with transaction.atomic():
        told = Notification.objects.filter(activity=activity, user__in=user_ids)
        before = set(told.filter(reason=Reason.MENTIONED).values_list("user", flat=True))
        named = frozenset(user.pk for user in notifying.readers_among(frozenset(user_ids) - before, activity))
        # Mailed it for another reason: the bell says it anew, and no second mail comes.
        mailed = told.filter(user__in=named, mail=MailState.SENT)
        mailed.update(reason=Reason.MENTIONED, tag=None, read_at=None)
        told.filter(user__in=named).exclude(mail=MailState.SENT).delete()
        thing = followables.find(activity.thing_kind, activity.thing_id or 0)
        thing = replace(thing, audience=activity.audience) if thing else None
        notifying.tell_in_person(activity, concerning.telling_of(activity), Reason.MENTIONED, named, thing, at)
    return _owed(activity).exists()


def announce(activity: Activity, mailing: Mailing) -> int:
    """Fill a prepared mailing with those of them who are owed it; give how many. Call it in a transaction."""
    hold(activity.community_id)
    count = announcing.fill_in_person([activity], Reason.MENTIONED, mailing)
    _owed(activity).update(mail=MailState.HELD)
    return count


def _owed(activity: Activity) -> NotificationQuerySet:
    return Notification.objects.filter(activity=activity, reason=Reason.MENTIONED, mail=MailState.OWED)
