"""Bells: asking a worker to look now at what is due. Lost or rung twice they do no harm: the clock rings them too."""

import logging
import time
from typing import Any

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

# A broker that does not answer is not asked again for so many seconds: each try would hold up who waits for a page.
DEAF_FOR = 10.0


class _Broker:
    """What this process knows of the broker."""

    deaf_until = 0.0


def ring(task: str, **options: Any) -> bool:
    """Ask a worker to run the task of this name; `options` are Celery's. Tell whether the broker took it."""
    if time.monotonic() < _Broker.deaf_until:
        return False
    try:
        current_app.send_task(task, **options)
    except OperationalError:
        _Broker.deaf_until = time.monotonic() + DEAF_FOR
        logger.warning("The broker did not take the bell; %s and others wait for the clock", task)
        return False
    return True
