"""Bells: look now. Each may ring twice without harm."""

from celery import shared_task

from cop.agreements import asking_after, telling


@shared_task
def ask_after_commitments() -> None:
    """Ask after promises whose day has passed."""
    asking_after.ask_after_due()


@shared_task
def tell_of_proposals() -> None:
    """Say which proposals have changed, close soon, are over, or are to be looked at again."""
    telling.tell_due()
