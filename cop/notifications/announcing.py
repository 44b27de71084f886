"""Telling those who want each post, at once."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from cop.base.links import absolute_url
from cop.mail import outbox
from cop.mail.models import Delivery, Mailing
from cop.notifications import followables, personal_following
from cop.notifications.followables import Thing
from cop.notifications.holding import hold
from cop.notifications.models import Activity, Pace, Subscription
from cop.notifications.notice_models import PERSONAL, MailState, Notification, Reason
from cop.notifications.querysets import SubscriptionQuerySet
from members.models import Membership

GATE = "subscriptions"


def links() -> dict[str, str]:
    """Give the addresses at the foot of every mail of a subscription; the outbox puts each reader's token in."""
    return {
        "manage_url": absolute_url("notifications:manage", outbox.KEY),
        "leave_url": absolute_url("notifications:leave", outbox.KEY),
    }


def prepare(
    name: str,
    *,
    thing: Thing,
    dedupe_key: str,
    context: dict[str, Any],
    from_name: str = "",
    language: str = "",
    **letter: Any,
) -> Mailing:
    """Render the mail `name` about something new in `thing`, outside of any transaction.

    `context` is the mail's own; `thing`, `accent`, `manage_url` and `leave_url` are added, and `letter` is what the
    outbox takes besides. Nothing is sent yet.
    """
    feet = links()
    return outbox.prepare(
        name,
        dedupe_key=dedupe_key,
        context={"thing": thing, "accent": thing.accent, **feet, **context},
        language=language or thing.language,
        from_name=from_name or thing.title,
        list_id=thing.list_id,
        leave_url=feet["leave_url"],
        tell=facilitators_of(thing.community_id),
        gate=GATE,
        **letter,
    )


def facilitators_of(community_id: int) -> list[str]:
    """Give the addresses to tell when a mailing to a community's readers goes wrong."""
    rows = Membership.objects.active().facilitating().filter(community_id=community_id)
    return list(rows.values_list("user__email", flat=True))


def reasons_owed(activity: Activity) -> list[Reason]:
    """Give the reasons, said in person, for which somebody is owed a mail of its own about an activity."""
    owed = _owed(activity).filter(reason__in=PERSONAL).order_by("reason")
    return [Reason(reason) for reason in owed.values_list("reason", flat=True).distinct()]


def announce(
    activity: Activity,
    *,
    mailing: Mailing,
    in_person: Mapping[Reason, Mailing] | None = None,
    spares_author: bool = False,
) -> int:
    """Fill prepared mailings with whoever wants a mail of its own about an activity; give how many there are.

    `mailing` goes to those who follow the activity's thing, `in_person` has one for each of `reasons_owed`: of several
    reasons the strongest is said. Who has read it on the page meanwhile gets none. Call it in the transaction that
    records the activity, or that notes it as told. A second call for the same activity adds nobody. Whose doing it was
    is told too, unless `spares_author`.
    """
    thing = followables.find(activity.thing_kind, activity.thing_id or 0)
    if thing is None:
        return 0
    with transaction.atomic():
        hold(activity.community_id)
        if not Activity.objects.filter(pk=activity.pk, mailing_id=None).update(mailing_id=mailing.pk):
            return 0
        _owed(activity).exclude(read_at=None).update(mail=MailState.READ)
        readers = Subscription.objects.to(thing.kind, thing.id).confirmed().reachable().allowed(thing)
        chosen = readers.filter(pace=Pace.EACH, mailed_up_to__lt=activity.pk)
        if spares_author and activity.by_id:
            chosen = chosen.exclude(subscriber__user=activity.by_id)
        count = sum(_fill_in_person(activity, chosen, reason, own) for reason, own in (in_person or {}).items())
        told = Notification.objects.filter(activity=activity, user=OuterRef("subscriber__user"))
        done = told.filter(Q(read_at__isnull=False) | Q(reason__in=PERSONAL))
        count += outbox.fill(mailing, chosen.exclude(Exists(done)).recipients())
        _settle(activity, mailing)
        _owed(activity).update(mail=MailState.HELD)
    return count


def _owed(activity: Activity) -> QuerySet[Notification]:
    return Notification.objects.filter(activity=activity, mail=MailState.OWED)


def _fill_in_person(activity: Activity, following: SubscriptionQuerySet, reason: Reason, mailing: Mailing) -> int:
    """Mail those who are owed it for a reason: by their subscription to the thing where they have one, so that its
    mails are left where they are chosen, else by that to what is said to them in this community."""
    owed = _owed(activity).filter(reason=reason).values("user")
    count = outbox.fill(mailing, following.filter(subscriber__user__in=owed).recipients())
    _settle(activity, mailing)
    personal = followables.find(personal_following.KIND, activity.community_id)
    if personal and owed.exists():
        rows = Subscription.objects.to(personal.kind, personal.id).confirmed().reachable().allowed(personal)
        rows = rows.filter(pace=Pace.EACH, subscriber__user__in=owed)
        count += outbox.fill(mailing, rows.recipients())
        _settle(activity, mailing)
    return count


def _settle(activity: Activity, mailing: Mailing) -> None:
    """Note on the notifications which of them a mailing carries."""
    keys = Delivery.objects.filter(mailing=mailing).values("key")
    users = Subscription.objects.filter(token__in=keys).values("subscriber__user")
    _owed(activity).filter(user__in=users).update(mail=MailState.SENT, mailing_id=mailing.pk)
