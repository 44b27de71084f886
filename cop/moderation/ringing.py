"""The bell for a worker to tell people what became of things."""

from cop.base import bells


def ring(task: str) -> None:
    """Ask a worker to look now."""
    bells.ring(f"cop.moderation.tasks.{task}")
