"""A mailing that many addresses refuse stops by itself, and those who sent it are told."""

from cop.mail import outbox
from cop.mail.models import DeliveryState, Mailing

MANY = 50
SHARE = 0.3


def pause_where_many_are_refused(mailing: Mailing) -> bool:
    """Pause a mailing that MANY addresses refused, and more than SHARE of those tried; tell who sent it.

    What was refused before somebody resumed it does not count again.
    """
    mailing.refresh_from_db(fields=["state", "resumed_at"])
    tried = mailing.deliveries.filter(state__in=[DeliveryState.SENT, DeliveryState.FAILED])
    if mailing.resumed_at:
        tried = tried.filter(ended_at__gte=mailing.resumed_at)
    failed = tried.filter(state=DeliveryState.FAILED).count()
    if failed < MANY or failed <= SHARE * tried.count():
        return False
    paused = outbox.pause(mailing, reason=f"{failed} addresses refused it")
    for address in mailing.tell if paused else []:
        context = {"mailing": mailing, "failed": failed}
        outbox.send(
            "mailing_paused",
            to=address,
            context=context,
            dedupe_key=f"paused:{mailing.pk}:{mailing.resumed_at}:{address}",
        )
    return paused
