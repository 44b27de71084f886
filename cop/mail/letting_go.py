"""What the mail room deletes when its time is over: mail that came in, and the copies of what went out."""

from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from cop.mail.incoming_models import IncomingMessage, IncomingState
from cop.mail.models import Delivery, DeliveryState, Mailing, MailingState
from cop.privacy.retention import Rule, delete_some

ENDED = (MailingState.DONE, MailingState.WITHDRAWN)
# Large messages, and large numbers of copies: what one statement deletes must not hold up whoever sends.
MESSAGES_AT_ONCE = 200


def forget_incoming(before: datetime, limit: int) -> int:
    """Delete mail that came in, unless it still waits."""
    old = IncomingMessage.objects.filter(received_at__lt=before).exclude(state=IncomingState.WAITING)
    return delete_some(old, min(limit, MESSAGES_AT_ONCE), order="received_at")


def forget_deliveries(before: datetime, limit: int) -> int:
    """Delete the copies of mailings that ended, each with its address and what became of it."""
    for mailing_id in (
        Mailing.objects.filter(state__in=ENDED, created_at__lt=before).order_by("pk").values_list("pk", flat=True)
    ):
        copies = Delivery.objects.filter(mailing=mailing_id).exclude(state=DeliveryState.WAITING)
        if count := delete_some(copies, limit):
            return count
    return 0


def forget_mailings(before: datetime, limit: int) -> int:
    """Delete mailings that ended and of which no copy is left."""
    copies = Delivery.objects.filter(mailing=OuterRef("pk"))
    return delete_some(Mailing.objects.filter(~Exists(copies), state__in=ENDED, created_at__lt=before), limit)


RULES = {
    "incoming": Rule(_("Mail that came in, as it came"), forget_incoming),
    "deliveries": Rule(_("Whom a mail went to, and what became of that copy"), forget_deliveries),
    "mailings": Rule(_("The words of mails that went out"), forget_mailings),
}
