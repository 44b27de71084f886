"""Bells: look now. Each may ring twice without harm."""

from celery import shared_task

from cop.privacy import retention


@shared_task
def forget_old() -> None:
    """Delete what has been kept for long enough."""
    retention.run()
