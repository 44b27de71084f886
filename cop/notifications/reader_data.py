"""What an outside reader may ask for without an account: what is kept about an address, and that it be forgotten.

Whoever holds a link of a mail may ask; the answer goes to the address itself, as a link with one button that works for
a day. So a mail that was forwarded gives nothing away.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from cop.base.errors import Refused
from cop.base.limits import within_limit
from cop.base.links import absolute_url
from cop.base.registries import Registry
from cop.mail import erasing as erasing_mail
from cop.mail import outbox
from cop.mail.models import Delivery, DeliveryState
from cop.notifications import erasing
from cop.notifications.exported import came_in, of_addresses
from cop.notifications.models import Subscriber
from cop.privacy import recording
from cop.privacy.models import PersonRecord
from members.packing import Pack, Part, kind

SALT = "reader-data"
DAY = 86400
MAILS_A_DAY = 3


@dataclass(frozen=True)
class Held:
    """What an app holds of readers without an account: how it is given out, and how it is forgotten."""

    give: Callable[[Subscriber], Part]
    forget: Callable[[Subscriber], object]
    # Keys under which mails went to the address.
    keys: Callable[[Subscriber], list[str]] = lambda subscriber: []


held: Registry[Held] = Registry("readers' data")


def ask(subscriber: Subscriber, what: str) -> None:
    """Mail the address a link: to its data, or to being forgotten. Raises Refused after some a day."""
    if not within_limit("reader-data", subscriber.address, times=MAILS_A_DAY, seconds=DAY):
        raise Refused(_("You asked for several of these mails today already. Look into your mailbox, or ask tomorrow."))
    url = absolute_url(f"notifications:reader-{what}", signing.dumps(subscriber.token, salt=f"{SALT}-{what}"))
    outbox.send(
        f"reader_{what}", to=subscriber.address, context={"url": url}, language=subscriber.language, secret=True
    )


def subscriber_of(code: str, what: str) -> Subscriber | None:
    """Give whom a link belongs to; None where it is broken, or older than a day."""
    try:
        token = signing.loads(code, salt=f"{SALT}-{what}", max_age=DAY)
    except signing.BadSignature:
        return None
    return Subscriber.objects.filter(token=token).first()


def pack(subscriber: Subscriber) -> "File[bytes]":
    """Give a ZIP file with all that is kept about an address."""
    with override(subscriber.language):
        packed = Pack(_("Your data at %(site)s") % {"site": settings.SITE_NAME})
        packed.add(of_addresses(Subscriber.objects.filter(pk=subscriber.pk), [subscriber.address]))
        packed.add(came_in([subscriber.address]))
        packed.add(_looks(subscriber))
        for name in held:
            packed.add(held[name].give(subscriber))
        return packed.finish()


def _looks(subscriber: Subscriber) -> Part:
    yield kind(
        "looks-at-you",
        _("What staff and facilitators looked at about your address"),
        PersonRecord.objects.filter(address=subscriber.address).order_by("at", "pk"),
        at=_("When"),
        by__display_name=_("Who"),
        what=_("What"),
        place=_("Where"),
    )


def forget(subscriber: Subscriber) -> None:
    """Forget an address. That it asked never to be mailed is kept where it did, for that has to hold.

    Raises Refused for an address that belongs to an account: closing that is asked for there.
    """
    address = subscriber.address
    if subscriber.user_id:
        raise Refused(_("This address belongs to an account. Sign in and close the account instead."))
    tokens = [subscriber.token, *subscriber.subscriptions.values_list("token", flat=True)]
    tokens += [key for name in held for key in held[name].keys(subscriber)]
    for name in held:
        held[name].forget(subscriber)
    with transaction.atomic():
        erasing.forget_addresses([address])
        recording.forget_addresses([address])
        copies = Delivery.objects.filter(key__in=tokens).exclude(state=DeliveryState.WAITING)
        copies.update(address="", answer="")
    while erasing_mail.forget_incoming([address], 0) is not None:
        pass
