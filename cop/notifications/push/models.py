"""The browsers that want to be told, and what each is still to be told of."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone

if TYPE_CHECKING:
    from cop.notifications.push.models import Device as Row  # noqa: F401 - named in strings


class DeviceQuerySet(models.QuerySet["Row"]):
    """Questions about browsers."""

    def visible_to(self, user: Any) -> "DeviceQuerySet":
        """One's own."""
        return self.filter(user=user.pk) if user.is_authenticated else self.none()

    def signed_in(self, at: datetime | None = None) -> "DeviceQuerySet":
        """Those in which their owner is signed in: whoever signs out, here or from elsewhere, is told nothing there."""
        at = at or timezone.now()
        return self.filter(Exists(Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=at)))


class Device(models.Model):
    """A browser of somebody's: the address of its push service, and the keys by which it alone reads what comes."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="devices")
    name = models.CharField(max_length=80)
    endpoint = models.CharField(max_length=1000)
    # A digest of the endpoint, which is too long for an index of every database.
    endpoint_digest = models.CharField(max_length=64, unique=True)
    public_key = models.CharField(max_length=100)
    secret = models.CharField(max_length=40)
    session_key = models.CharField(max_length=40)
    failures = models.PositiveSmallIntegerField(default=0)
    added_at = models.DateTimeField(default=timezone.now)
    # When its browser was last here to say that it still wants to be told.
    seen_at = models.DateTimeField(default=timezone.now)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["seen_at"], name="device_by_age")]

    def __str__(self) -> str:
        return self.name


class Push(models.Model):
    """A device is still to be told of a notification; the row goes when it was, or need not be any more."""

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="pushes", db_index=False)
    notification = models.ForeignKey("notifications.Notification", on_delete=models.CASCADE, related_name="+")
    # Taking it in hand moves this on: a worker that dies leaves a row that is due again.
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name_plural = "pushes"
        constraints = [models.UniqueConstraint(fields=["device", "notification"], name="push_once")]
        indexes = [models.Index(fields=["due_at", "id"], name="push_due")]

    def __str__(self) -> str:
        return f"{self.device_id} ← {self.notification_id}"
