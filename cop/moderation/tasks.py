"""Bells of the desk: each looks what is due."""

from celery import shared_task

from cop.moderation import asking_to_join, letters


@shared_task
def write_letters() -> None:
    """Write to facilitators about what needs care."""
    asking_to_join.find_missed()
    letters.write_due()
