"""The bell for a worker to look at what is due in this room."""

from cop.base import bells


def ring(task: str, **options: int) -> None:
    """Ask a worker to run one of this room's tasks now; `options` are Celery's."""
    bells.ring(f"cop.notifications.tasks.{task}", **options)
