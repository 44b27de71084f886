"""What the apps share, floor by floor; docs/architecture.md draws the house."""

from cop.celery import app as celery_app

__all__ = ["celery_app"]
