"""Bells: each looks what is due. The rows are the truth, so a bell that is lost or rung twice does no harm."""

from celery import shared_task

from discussions import bookmarking, naming_later, telling
from discussions.archives import running


@shared_task
def tell_followers() -> None:
    """Mail what was written to those who follow it."""
    telling.tell_due()
    naming_later.tell_due()


@shared_task
def remind_of_bookmarks() -> None:
    """Mail the reminders that are due."""
    bookmarking.remind_due()


@shared_task
def run_imports() -> None:
    """Take in an archive that waits."""
    running.run_waiting()
