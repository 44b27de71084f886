"""Forgetting addresses in what the mail room keeps: mails that came in, and who was mailed what."""

from collections.abc import Collection

from django.db.models import Max

from cop.mail.incoming_models import IncomingMessage
from cop.mail.models import Delivery, DeliveryState, Mailing, MailingState

# Who was mailed is found by address in no index: the table is gone through once, so many rows at a time.
STRETCH = 50_000
AT_ONCE = 100


def forget_incoming(addresses: Collection[str], after: int) -> int | None:
    """Delete some mails that came from these addresses; give the last one's number, or None when there is no more."""
    rows = IncomingMessage.objects.filter(sender__in=addresses)
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    IncomingMessage.objects.filter(pk__in=ids).delete()
    return ids[-1] if ids else None


def forget_deliveries(addresses: Collection[str], after: int) -> int | None:
    """Take addresses out of a stretch of copies; those that still wait are left to go, or to be stopped at the gate."""
    last = Delivery.objects.aggregate(last=Max("pk"))["last"] or 0
    if after >= last:
        return None
    stretch = Delivery.objects.filter(pk__gt=after, pk__lte=after + STRETCH, address__in=addresses)
    stretch.exclude(state=DeliveryState.WAITING).update(address="", answer="")
    return after + STRETCH


def is_waiting(addresses: Collection[str], after: int) -> bool:
    """Whether a copy to one of these addresses is still to go out; looked at before the first stretch alone."""
    waiting = Delivery.objects.filter(mailing__state=MailingState.SENDING, state=DeliveryState.WAITING)
    return after == 0 and waiting.filter(address__in=addresses).exists()


def wipe(mailing_ids: Collection[int]) -> int:
    """Forget the words of mailings that went out; that they did stays. Gives how many that were.

    Of those that are going out still the words are forgotten once they have.
    """
    gone = (MailingState.DONE, MailingState.WITHDRAWN)
    Mailing.objects.filter(pk__in=mailing_ids).exclude(state__in=gone).update(is_secret=True)
    rows = Mailing.objects.filter(pk__in=mailing_ids, state__in=gone)
    return rows.update(source=b"", subject="", about="")
