"""Bells: each looks what is due. The rows are the truth, so a bell that is lost or rung twice does no harm."""

from celery import shared_task

from cop.notifications import (
    asking,
    bouncing,
    by_hand,
    ceiling,
    community_digests,
    digesting,
    monthly,
    notifying,
    owning,
    reminding,
    rhythm,
    tag_digests,
)
from cop.notifications.push import devices, sending


@shared_task
def answer_requests() -> None:
    """Mail an answer to everybody who left an address."""
    asking.answer_due()


@shared_task
def hold_to_ceilings() -> None:
    """Let nobody get more than a community's facilitators allow."""
    ceiling.hold_to_ceilings()


@shared_task
def notify_people() -> None:
    """Tell people of what happened."""
    notifying.notify_due()


@shared_task
def send_pushes() -> None:
    """Tell the devices that are to be told."""
    sending.send_due()


@shared_task
def send_digests() -> None:
    """Send the daily and weekly round-ups that are due."""
    digesting.send_due()
    community_digests.send_due()
    tag_digests.send_due()


@shared_task
def send_notes() -> None:
    """Tell the lists still kept by hand of what was published lately."""
    by_hand.send_notes()


@shared_task
def remind_waiting() -> None:
    """Remind, once, those who have not confirmed."""
    reminding.send_due()


@shared_task
def look_after_probes() -> None:
    """Try out addresses that failed for days."""
    bouncing.look_after_probes()


@shared_task
def tidy_subscribers() -> None:
    """Tie addresses to the accounts that have proven them, and forget browsers that are gone."""
    devices.forget_unseen()
    owning.link_proven()


@shared_task
def begin_beats() -> None:
    """Begin the beats whose moment has come."""
    rhythm.due()


@shared_task
def send_monthly_letters() -> None:
    """Write to those who stepped back, in the first days of a month."""
    monthly.send_due()
