"""Bells of the desk: each looks what is due, and may ring twice without harm."""

from celery import shared_task

from cop.moderation import asking_to_join, daily, left_to_staff, letters, reminding, sweeping, telling


@shared_task
def write_letters() -> None:
    """Write to facilitators about what needs care."""
    asking_to_join.find_missed()
    letters.write_due()


@shared_task
def tell_due() -> None:
    """Tell people what was done, and what became of what they asked for."""
    telling.tell_due()


@shared_task
def look_for_care() -> None:
    """Look for what has waited or failed for long."""
    sweeping.sweep()


@shared_task
def send_daily() -> None:
    """Send what waits to those who want it once a day, and what is left to site staff to them."""
    daily.send_due()
    left_to_staff.send_due()


@shared_task
def remind_facilitators() -> None:
    """Remind facilitators of who waits to be let in."""
    reminding.remind()
