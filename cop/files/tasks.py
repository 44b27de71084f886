"""Tasks of files."""

from celery import shared_task

from cop.files import holding


@shared_task
def look_over_files() -> None:
    """Let the scanner look over files that wait for it."""
    holding.look_over()
