"""The mail room's tasks."""

from celery import shared_task

from cop.mail import sending


@shared_task
def send_due() -> None:
    """Send what is due."""
    sending.drain()
