"""Bells of the desk: each looks what is due."""

from celery import shared_task

from cop.moderation import letters


@shared_task
def write_letters() -> None:
    """Write to facilitators about what needs care."""
    letters.write_due()
