"""The bell that says "look at the outbox now". Lost or rung twice it does no harm: it is rung every minute anyway."""

import logging

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def ring() -> None:
    """Ask a worker to look; where the broker does not answer, the next minute's bell finds what is due."""
    try:
        current_app.send_task("cop.mail.tasks.send_due")
    except OperationalError:
        logger.warning("The broker did not take the bell; the outbox is looked at within a minute")
