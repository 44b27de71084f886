"""Probes: a mail of its own to an address that failed for days, before it is given up, and later once or twice more."""

from django.db import models


class Probe(models.Model):
    """An address is tried out. `key` is that of the probe's copy: what comes back to it decides."""

    subscriber = models.OneToOneField("notifications.Subscriber", on_delete=models.CASCADE, related_name="probe")
    key = models.CharField(max_length=43, unique=True)
    # When the next one is sent; null while one is on its way.
    due_at = models.DateTimeField(null=True, blank=True)
    times = models.PositiveSmallIntegerField(default=0)
    begun_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="probe_due")]

    def __str__(self) -> str:
        return f"{self.subscriber}: {self.times}"
