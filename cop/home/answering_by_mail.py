"""New communities approved or declined by answering the mail about them."""

from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.home import setting_up
from cop.home.models import SetUp
from cop.mail import own_addresses
from cop.mail.answerables import Answer
from cop.mail.plain_words import answer_in
from cop.mail.routes import Taken
from cop.notifications.knowing_senders import writer_of
from members.models import User
from members.permissions import require


def take(answer: Answer) -> Taken:
    """Approve or decline as site staff write: "yes", or "no" with a line; the second hears what became of it."""
    numbers = own_addresses.opened(setting_up.ANSWERED, answer.key)
    holder = User.objects.filter(pk__in=numbers[:1], is_active=True).first()
    user = writer_of(answer.arrived, holder)
    require(user, "home.approve_set_ups")
    set_up = SetUp.objects.select_related("by", "community").filter(pk=answer.about).first()
    if set_up is None or set_up.submitted_at is None:
        raise Refused(_("What you answered does not exist any more."))
    if set_up.community:
        return Taken(set_up.community.get_absolute_url(), _("It is open: it was approved."))
    if set_up.declined_at:
        raise Refused(_("It was declined already: “%(reason)s”") % {"reason": set_up.decline_reason})
    said = answer_in(answer.arrived.text)
    line = "\n".join(answer.arrived.text.strip().splitlines()[1:]).strip()
    if said == "yes":
        community = setting_up.approve(set_up, by=user)
        return Taken(community.get_absolute_url(), _("It is open, and who asked gets a mail."))
    if said != "no" or not line:
        raise Refused(_("Begin with “yes”, or with “no” and below it a line for whoever asked."))
    setting_up.decline(set_up, reason=line[:1000], by=user)
    return Taken(line=_("Declined; who asked gets your line by mail."))
