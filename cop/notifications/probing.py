"""Probing: an address that failed for days is asked once, by a mail of its own, before nothing goes there any more.

What comes back to the probe decides. Where nothing does, all is well again; where it does, mail stops, and two more
probes, a week and a month later, find out whether the mailbox works again by then.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from cop.base.links import absolute_url
from cop.mail import outbox
from cop.mail.models import Delivery, DeliveryState
from cop.notifications.models import Subscriber
from cop.notifications.probe_models import Probe
from cop.notifications.tokens import new_token

logger = logging.getLogger(__name__)

# A report comes back within this, as servers give up after some days.
SILENT_FOR = timedelta(days=5)
AGAIN_AFTER = (timedelta(days=7), timedelta(days=30))
AT_ONCE = 500


def begin(subscriber: Subscriber, *, at: datetime) -> bool:
    """Let an address be probed; tell whether that is new. Call it in the transaction that counted its failures."""
    _probe, is_new = Probe.objects.get_or_create(subscriber=subscriber, defaults={"key": new_token(), "due_at": at})
    return is_new


def send_due(at: datetime | None = None) -> int:
    """Send the probes that are due; give how many."""
    at = at or timezone.now()
    due = Probe.objects.filter(due_at__lte=at, subscriber__suppressed_at=None).select_related("subscriber")
    return sum(_send(probe) for probe in due.order_by("due_at")[:AT_ONCE])


def _send(probe: Probe) -> bool:
    subscriber = probe.subscriber
    mailing = outbox.prepare(
        "probe",
        dedupe_key=f"probe:{probe.pk}:{probe.key}",
        context={
            "address": subscriber.shown,
            "failure": subscriber.failure,
            "is_stopped": subscriber.unreachable_at is not None,
            "manage_url": absolute_url("notifications:manage", subscriber.token),
        },
        language=subscriber.language,
    )
    if not Probe.objects.filter(pk=probe.pk, due_at=probe.due_at).update(due_at=None, times=F("times") + 1):
        return False
    outbox.post_one(mailing, to=subscriber.address, key=probe.key)
    return True


def came_back(key: str, *, at: datetime) -> Subscriber | None:
    """Note that a probe came back; give whose it was, None where the key is no probe's."""
    with transaction.atomic():
        probe = Probe.objects.select_for_update().select_related(None).filter(key=key, due_at=None).first()
        if probe is None:
            return None
        if probe.times > len(AGAIN_AFTER):
            probe.delete()
        else:
            # The next one has a key of its own: a late report about this one says nothing about that.
            probe.key, probe.due_at = new_token(), at + AGAIN_AFTER[probe.times - 1]
            probe.save(update_fields=["key", "due_at"])
        return Subscriber.objects.get(pk=probe.subscriber_id)


def arrived(at: datetime | None = None) -> list[Subscriber]:
    """End the probes that went out and did not come back; give whose mailboxes work."""
    at = at or timezone.now()
    on_their_way = Probe.objects.filter(due_at=None).select_related("subscriber").order_by("pk")[:AT_ONCE]
    probes = {probe.key: probe for probe in on_their_way}
    sent = Delivery.objects.filter(key__in=probes, state=DeliveryState.SENT, ended_at__lte=at - SILENT_FOR)
    well = [probes[key] for key in sent.values_list("key", flat=True)]
    Probe.objects.filter(pk__in=[probe.pk for probe in well]).delete()
    return [probe.subscriber for probe in well]


def is_probed(subscriber: Subscriber) -> bool:
    """Whether an address is being tried out."""
    return Probe.objects.filter(subscriber=subscriber).exists()


def end(subscriber: Subscriber) -> None:
    """Try an address out no longer."""
    Probe.objects.filter(subscriber=subscriber).delete()
