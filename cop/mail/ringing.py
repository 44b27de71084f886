"""The bell that says "look at the outbox now". Lost or rung twice it does no harm: it is rung every minute anyway."""

import logging

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

# A bell that nobody heard for so many seconds has been followed by the clock's own.
HEARD_WITHIN = 60


def ring(*, after: float = 0) -> None:
    """Ask a worker to look, `after` some seconds; where the broker does not answer, the next minute's bell does it."""
    try:
        current_app.send_task("cop.mail.tasks.send_due", countdown=after or None, expires=after + HEARD_WITHIN)
    except OperationalError:
        logger.warning("The broker did not take the bell; the outbox is looked at within a minute")
