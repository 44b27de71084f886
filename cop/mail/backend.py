"""Django's way of sending mail ends in our outbox, so that whatever sends mail goes through the one gate."""

from collections.abc import Sequence

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from cop.mail import outbox
from cop.mail.composing import TO, Letter, headers, seal


class OutboxBackend(BaseEmailBackend):
    """Keeps each message as an urgent mailing to each of its recipients; the body is wiped once it is sent."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Put the messages into the outbox; give how many."""
        for message in email_messages:
            for address in message.recipients():
                self._keep(message, address)
        return len(email_messages)

    def _keep(self, message: EmailMessage, address: str) -> None:
        letter = Letter(reply_to=", ".join(message.reply_to), headers=dict(message.extra_headers))
        copy = EmailMultiAlternatives(
            message.subject, str(message.body), message.from_email, [TO], headers=headers(letter)
        )
        for content, kind in getattr(message, "alternatives", []):
            copy.attach_alternative(str(content), kind)
        copy.attachments = message.attachments
        # The envelope's sender is the site's own address, which the relay knows; who wrote stands in From.
        outbox.post_new("django", to=address, subject=str(message.subject), source=seal(copy))
