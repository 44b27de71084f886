"""The bell that says "look at the outbox now"."""

from cop.base import bells

# A bell that nobody heard for so many seconds has been followed by the clock's own.
HEARD_WITHIN = 60


def ring(*, after: float = 0) -> None:
    """Ask a worker to look, `after` some seconds; where the broker does not answer, the next minute's bell does it."""
    bells.ring("cop.mail.tasks.send_due", countdown=after or None, expires=after + HEARD_WITHIN)
