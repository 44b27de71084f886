"""Answerables: what becomes of the answer to a mail of ours, by the kind of thing that the mail was about.

    answerables.register("reply", take)

where `take(answer)` is as in `cop.mail.routes`. Each copy of a mailing has a reply address of its own, so an
answer says to whose copy it is, whoever sends it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.base.registries import Registry
from cop.mail import own_addresses
from cop.mail.arriving import Arrived
from cop.mail.models import Delivery
from cop.mail.routes import Taken

# A link in a mail acts for its reader so long; then they sign in.
LINKS_LAST = timedelta(days=14)


@dataclass(frozen=True)
class Answer:
    """A mail, the number of the thing that it answers, and the key and the address of the copy that it answers."""

    arrived: Arrived
    about: int
    key: str
    address: str


answerables: Registry[Callable[[Answer], Taken]] = Registry("answerables")


def register(kind: str, take: Callable[[Answer], Taken]) -> None:
    """Let answers to mails about things of a kind go to `take`."""
    answerables.register(kind, take)


def take_answer(arrived: Arrived) -> Taken:
    """Find out which copy of which mail is answered, and let its kind's `take` go on; raise Refused for any other."""
    delivery = delivery_of(arrived.own.code)
    if delivery is None:
        raise Refused(_("The address that you wrote to is not complete, or too old. Answer on the page instead."))
    kind, number = about_of(delivery)
    take = answerables.get(kind)
    if take is None:
        raise Refused(_("That mail cannot be answered. Its links lead to the page where you can write."))
    return take(Answer(arrived, number, delivery.key, delivery.address))


def delivery_of(code: str, *, purpose: str = own_addresses.REPLY) -> Delivery | None:
    """Give the copy that a code was made for: in its reply address, or in the links that act for its reader."""
    numbers = own_addresses.opened(purpose, code)
    delivery = Delivery.objects.select_related("mailing").filter(pk=numbers[0]).first() if len(numbers) == 1 else None
    return delivery if delivery and own_addresses.is_signed(purpose, code, secret=delivery.key) else None


def about_of(delivery: Delivery) -> tuple[str, int]:
    """Give the kind and the number of what a copy is about; an empty kind where that is nothing."""
    kind, _colon, number = delivery.mailing.about.partition(":")
    return (kind, int(number)) if number.isdecimal() else ("", 0)
