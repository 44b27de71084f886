"""What comes back: each copy leaves under a return address of its own, so a report says whose copy it is about."""

from email.message import Message

from django.conf import settings
from django.utils.translation import gettext as _

from cop.mail import arriving, outcomes, own_addresses, reports
from cop.mail.arriving import Arrived, header
from cop.mail.claiming import Copy
from cop.mail.models import Delivery
from cop.mail.outcomes import Outcome
from cop.mail.own_addresses import REPLY as ANSWERED
from cop.mail.routes import Ignored, Taken

PURPOSE = "bounce"


def return_address(sender: str, copy: Copy) -> str:
    """Give the envelope's sender for a copy: an address of its own where this site takes mail in."""
    if not settings.INCOMING_ADDRESS:
        return sender
    return own_addresses.make(PURPOSE, own_addresses.sign(PURPOSE, copy.id, secret=copy.key)) or sender


def take(arrived: Arrived) -> Taken:
    """Note what a report says about the copy that it came back for; raise Ignored for what says nothing."""
    message = arriving.parse(arrived.raw)
    report = reports.read(message)
    if not report.kind:
        raise Ignored(_("It came back to a return address, and is no report that we can read."))
    delivery = _delivery(PURPOSE, arrived.own.code) or _quoted_delivery(message)
    failures = list(report.failures)
    if delivery is not None:
        about = next((one for one in failures if one.address == delivery.address), failures[0] if failures else None)
        words = about.words if about else ""
        outcome = Outcome(delivery.key, delivery.address, words, report.kind, is_hard=bool(about and about.is_hard))
        outcomes.tell([outcome])
    else:
        # Anybody may send a report: without the code of a copy of ours it is shown, and nobody is counted against.
        raise Ignored(_("It is a report, but not about a copy that we know of."))
    said = _("%(kind)s for %(address)s: %(words)s")
    return Taken(line="", note=said % {"kind": report.kind, "address": delivery.address, "words": words})


def _delivery(purpose: str, code: str) -> Delivery | None:
    numbers = own_addresses.opened(purpose, code)
    found = Delivery.objects.filter(pk=numbers[0]).first() if len(numbers) == 1 else None
    return found if found and own_addresses.is_signed(purpose, code, secret=found.key) else None


def _quoted_delivery(message: Message) -> Delivery | None:
    """Find the copy by the addresses of ours in the mail that came back, where the report went to another address."""
    for part in message.walk():
        for name, purpose in (("Return-Path", PURPOSE), ("Reply-To", ANSWERED)):
            own = own_addresses.read(header(part, name).rpartition("<")[2].strip(" <>"))
            found = _delivery(purpose, own.code) if own and own.purpose == purpose else None
            if found:
                return found
    return None
