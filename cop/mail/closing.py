"""Closing: a mailing of which nothing waits any more is done, and what was secret in it is wiped."""

from django.db import transaction
from django.db.models import Exists, OuterRef

from cop.mail.models import Delivery, DeliveryState, Mailing, MailingState


def close(mailing_id: int) -> bool:
    """Close a mailing unless a copy waits; tell whether that was new."""
    waiting = Delivery.objects.filter(mailing=mailing_id, state=DeliveryState.WAITING)
    if waiting.exists():
        return False
    with transaction.atomic():
        # Whoever fills a mailing locks its row first: after this line nobody adds a copy unseen.
        mailing = Mailing.objects.select_for_update().get(pk=mailing_id)
        if mailing.state != MailingState.SENDING or waiting.exists():
            return False
        wiped = {"source": b""} if mailing.is_secret else {}
        Mailing.objects.filter(pk=mailing_id).update(state=MailingState.DONE, **wiped)
        return True


def close_idle() -> None:
    """Close the mailings that nobody sends any more: to no reader at all, or whose last readers left."""
    waiting = Delivery.objects.filter(mailing=OuterRef("pk"), state=DeliveryState.WAITING)
    for mailing_id in Mailing.objects.filter(~Exists(waiting), state=MailingState.SENDING).values_list("pk", flat=True):
        close(mailing_id)
