"""Bells: each looks what is due. The rows are the truth, so a bell that is lost or rung twice does no harm."""

from celery import shared_task

from members import carrying_out, exporting, inviting, joining, telling_standing


@shared_task
def readmit_due() -> None:
    """Readmit those whose suspension is over."""
    joining.readmit_due()


@shared_task
def send_invitations() -> None:
    """Mail the invitations that wait for it."""
    inviting.send_due()


@shared_task
def call_staff() -> None:
    """Tell site staff of communities without a facilitator."""
    telling_standing.call_staff()


# Much takes minutes; whoever is at it says so as it goes on.
@shared_task(soft_time_limit=540, time_limit=570)
def make_exports() -> None:
    """Make the copies of their data that people asked for."""
    exporting.make_due()


@shared_task
def carry_out_closings() -> None:
    """Go on with what people chose when they closed their accounts."""
    carrying_out.carry_out_due()
