"""The outbox: what is mailed, and to whom. The two tables are the truth; the broker only says "look now"."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cop.mail import incoming_models  # noqa: F401 — Django finds the mail that came in here


class MailingState(models.TextChoices):
    """Where a mailing is in its life."""

    DRAFT = "draft", _("Prepared")
    SENDING = "sending", _("Being sent")
    PAUSED = "paused", _("Paused")
    DONE = "done", _("Sent")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Mailing(models.Model):
    """Something to be mailed, rendered once: the bytes of the message, with marks where each copy differs."""

    name = models.CharField(max_length=60)
    dedupe_key = models.CharField(max_length=200, unique=True)
    subject = models.CharField(max_length=300)
    source = models.BinaryField()
    sender = models.CharField(max_length=254)
    is_urgent = models.BooleanField(default=False)
    is_secret = models.BooleanField(default=False)
    gate = models.CharField(max_length=60, blank=True)
    # What an answer to it is about: a kind and a number, that the route of its reply address understands.
    about = models.CharField(max_length=60, blank=True, default="")
    tell = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=MailingState, default=MailingState.DRAFT)
    reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    resumed_at = models.DateTimeField(null=True, blank=True)
    served_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["id"], name="mailing_sending", condition=Q(state="sending"))]

    def __str__(self) -> str:
        return self.subject


class DeliveryState(models.TextChoices):
    """What has become of one copy."""

    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Refused")
    SKIPPED = "skipped", _("Not wanted any more")


class Delivery(models.Model):
    """A mailing's copy for one address. It knows an opaque key, never a person."""

    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    key = models.CharField(max_length=64)
    address = models.CharField(max_length=254)
    state = models.CharField(max_length=8, choices=DeliveryState, default=DeliveryState.WAITING)
    # Claiming a copy moves this on by a lease: a worker that dies leaves nothing behind but a copy that is due again.
    due_at = models.DateTimeField()
    lease = models.CharField(max_length=32, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    # When it was sent, refused or skipped.
    ended_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        verbose_name_plural = _("deliveries")
        # Each copy is written three times on its way out: every index more is paid for three times by every copy.
        constraints = [models.UniqueConstraint(fields=["key", "mailing"], name="delivery_once")]
        indexes = [
            models.Index(fields=["mailing", "due_at", "id"], name="delivery_waiting", condition=Q(state="waiting")),
            models.Index(fields=["mailing", "state"], name="delivery_progress"),
        ]

    def __str__(self) -> str:
        return f"{self.address}: {self.state}"


class RelayPause(models.Model):
    """One row: until when the relay is left alone, because it refused connections, the login or the sender."""

    closed_until = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    answer = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.answer
