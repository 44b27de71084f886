"""The bell for a worker to look at what is due. Lost or rung twice it does no harm: the clock rings it too."""

import logging

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def ring(task: str) -> None:
    """Ask a worker to run one of this room's tasks now."""
    try:
        current_app.send_task(f"members.tasks.{task}")
    except OperationalError:
        logger.warning("The broker did not take the bell; %s waits for the clock", task)
