"""Bells: each looks what is due. The rows are the truth, so a bell that is lost or rung twice does no harm."""

from celery import shared_task

from cop.home import handing_over, reviewing, welcoming


@shared_task
def look_after_hand_overs() -> None:
    """Remind those who were asked to facilitate, and tell those who asked."""
    handing_over.look_after()


@shared_task
def ask_after_issues() -> None:
    """Ask, after six weeks, whether the pressing issue got smaller."""
    reviewing.ask_due()


@shared_task
def welcome_newcomers() -> None:
    """Welcome those who joined lately."""
    welcoming.welcome_due()
