"""Letters answered by mail."""

from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.letters.models import Letter
from cop.letters.sending import write
from cop.mail.answerables import Answer
from cop.mail.routes import Taken
from cop.notifications import knowing_senders


def take(answer: Answer) -> Taken:
    """Write back to whoever wrote the letter that is answered; raise Refused, or Doubt where another sent the mail."""
    arrived = answer.arrived
    writer = knowing_senders.writer_of(arrived, knowing_senders.user_of_address(answer.address))
    rows = Letter.objects.visible_to(writer).select_related("conversation__community", "author")
    letter = rows.filter(pk=answer.about).exclude(author=writer).first()
    if letter is None or letter.author is None:
        raise Refused(_("What you answer does not exist any more, or is not for you to read any more."))
    if not arrived.text:
        raise Refused(_("There was nothing in your mail but quoted text. Write above the quotation."))
    written = write(
        letter.conversation.community, to=letter.author, body=arrived.text, by=writer, form_key=arrived.once
    )
    return Taken(written.get_absolute_url())
