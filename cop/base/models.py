"""Fields that most tables share."""

from typing import Any

from django.db import models
from django.utils import timezone


class Dated(models.Model):
    """A row that knows when it was made and last changed (UTC)."""

    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


def touch(rows: models.QuerySet[Any]) -> None:
    """Say that what these `Dated` rows show has changed: parts of pages that were kept for them are made anew."""
    rows.update(updated_at=timezone.now())
