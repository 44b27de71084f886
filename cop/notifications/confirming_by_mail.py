"""A subscription confirmed by answering the mail that asks for it: a plain "yes"."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cop.base.addresses import tidy_address
from cop.base.errors import Refused
from cop.mail.answerables import Answer
from cop.mail.authenticity import FAILED
from cop.mail.plain_words import answer_in, first_line
from cop.mail.routes import Doubt, Taken
from cop.notifications import confirming, followables, leaving
from cop.notifications.models import Subscription

WORDS = frozenset({"confirm", "subscribe", "bestätigen", "confirmer", "confirmar", "confermare", "bevestigen"})


def take(answer: Answer) -> Taken:
    """Confirm or turn down, for whoever the mail went to; raise Refused, or Doubt where another may have written."""
    row = Subscription.objects.select_related("subscriber").filter(token=answer.key).first()
    thing = followables.find(row.thing_kind, row.thing_id) if row else None
    if row is None or thing is None:
        raise Refused(_("What you answered does not exist any more."))
    arrived = answer.arrived
    if not arrived.who and (_tidy(arrived.sender) != row.subscriber.address or arrived.verdict == FAILED):
        why = _("It answers a mail that was sent to you, and it is not sure that you wrote it.")
        raise Doubt(row.subscriber.address, who="subscriber", why=why)
    said = answer_in(arrived.text)
    if said == "no":
        leaving.leave(row, detail="mail")
        return Taken(line=_("You get no mail from “%(thing)s”.") % {"thing": thing.title})
    if said != "yes" and first_line(arrived.text) not in WORDS:
        # Words may be those of a machine that answers everything: they are no consent.
        raise Refused(_("Write “yes” in the first line, and nothing else, to get new posts."))
    confirming.confirm(row)
    return Taken(thing.url, _("You get new posts of “%(thing)s” from now on.") % {"thing": thing.title})


def _tidy(address: str) -> str:
    try:
        return tidy_address(address)
    except ValidationError:
        return ""
