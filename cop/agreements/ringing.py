"""The bell for a worker to tell of proposals. Lost or rung twice it does no harm: the clock rings it too."""

import logging

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def ring() -> None:
    """Ask a worker to look now."""
    try:
        current_app.send_task("cop.agreements.tasks.tell_of_proposals")
    except OperationalError:
        logger.warning("The broker did not take the bell; proposals wait for the clock")
