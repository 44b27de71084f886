"""One reminder of a confirmation that waits."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from cop.mail import outbox
from cop.notifications import announcing, asking, followables
from cop.notifications.followables import Thing
from cop.notifications.holding import hold
from cop.notifications.models import Subscription

REMIND_AFTER = timedelta(days=4)


def send_due(at: datetime | None = None) -> int:
    """Remind, once, everybody who has not pressed the button some days after the first mail; give how many."""
    at = at or timezone.now()
    due = Subscription.objects.waiting(at).reachable(at).filter(reminded_at=None, asked_at__lte=at - REMIND_AFTER)
    keys = set(due.values_list("thing_kind", "thing_id").order_by().distinct())
    return sum(_remind(thing, at) for thing in followables.find_all(keys).values() if not thing.is_archived)


def _remind(thing: Thing, at: datetime) -> int:
    mailing = outbox.prepare(
        "confirm_reminder",
        dedupe_key=f"confirm-reminder:{thing.kind}:{thing.id}:{at:%Y%m%d%H}",
        context=asking.context_for(thing),
        language=thing.language,
        from_name=thing.title,
        leave_url=announcing.links()["leave_url"],
        about=asking.ANSWERED,
    )
    rows = Subscription.objects.to(thing.kind, thing.id).waiting(at).reachable(at)
    with transaction.atomic():
        hold(thing.community_id)
        if not rows.filter(reminded_at=None, asked_at__lte=at - REMIND_AFTER).update(reminded_at=at):
            return 0
        return outbox.fill(mailing, rows.filter(reminded_at=at).recipients())
