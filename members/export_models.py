"""Copies of their own data that people asked for: made by a worker, kept for some days, then deleted."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ExportState(models.TextChoices):
    """How far a copy is."""

    WAITING = "waiting", _("Waiting for its turn")
    MAKING = "making", _("Being made")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")


class DataExport(models.Model):
    """One copy of all that this site holds about somebody, as a ZIP file for them alone."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="data_exports")
    state = models.CharField(max_length=8, choices=ExportState, default=ExportState.WAITING)
    token = models.CharField(max_length=43, unique=True)
    asked_at = models.DateTimeField(default=timezone.now)
    # Who makes it holds it until then: what a killed worker leaves is made anew by another.
    held_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveSmallIntegerField(default=0)
    total = models.PositiveSmallIntegerField(default=0)
    file = models.FileField(upload_to="exports/", blank=True)
    size = models.PositiveBigIntegerField(default=0)
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], name="data_export_one_at_a_time", condition=Q(state__in=["waiting", "making"])
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], name="data_export_due", condition=Q(state__in=["waiting", "making"])),
            models.Index(fields=["ready_at"], name="data_export_untold", condition=Q(state="ready", told_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.state}"

    @property
    def is_open(self) -> bool:
        """Whether it is still to be made."""
        return self.state in (ExportState.WAITING, ExportState.MAKING)

    @property
    def is_there(self) -> bool:
        """Whether it can be fetched now."""
        return bool(self.state == ExportState.READY and self.expires_at and self.expires_at > timezone.now())
