"""Telling those who want each post, at once."""

from typing import Any

from django.db import transaction

from cop.base.links import absolute_url
from cop.mail import outbox
from cop.mail.models import Mailing
from cop.notifications import followables
from cop.notifications.followables import Thing
from cop.notifications.holding import hold
from cop.notifications.models import Activity, Pace, Subscription
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


def announce(activity: Activity, *, mailing: Mailing, spares_author: bool = False) -> int:
    """Fill a prepared mailing with those who follow the activity's thing and want each post; give how many there are.

    Call it in the transaction that records the activity. A second call for the same activity adds nobody. Whose doing
    it was is told too, unless `spares_author`.
    """
    thing = followables.find(activity.thing_kind, activity.thing_id or 0)
    if thing is None:
        return 0
    with transaction.atomic():
        hold(activity.community_id)
        if not Activity.objects.filter(pk=activity.pk, mailing_id=None).update(mailing_id=mailing.pk):
            return 0
        readers = Subscription.objects.to(thing.kind, thing.id).confirmed().reachable().allowed(thing)
        chosen = readers.filter(pace=Pace.EACH, mailed_up_to__lt=activity.pk)
        if spares_author and activity.by_id:
            chosen = chosen.exclude(subscriber__user=activity.by_id)
        return outbox.fill(mailing, chosen.recipients())
