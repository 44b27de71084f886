"""The bell for a worker to look at what is due in this room."""

from cop.base import bells


def ring(task: str) -> None:
    """Ask a worker to run one of this room's tasks now."""
    bells.ring(f"members.tasks.{task}")
