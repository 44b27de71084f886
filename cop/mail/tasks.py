"""The mail room's tasks."""

from celery import shared_task

from cop.mail import collecting, handling, sending


# A server may hang for minutes at the end of a mail, where giving up early would send it twice.
@shared_task(soft_time_limit=540, time_limit=570)
def send_due() -> None:
    """Send what is due."""
    sending.drain()


@shared_task
def handle_incoming() -> None:
    """See to the mail that came in."""
    handling.handle_due()


@shared_task
def collect_mail() -> None:
    """Take in what is unread in the mailbox."""
    collecting.collect()
