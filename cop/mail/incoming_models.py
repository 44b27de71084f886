"""Mail that came in: kept as it came, before anything is made of it."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class IncomingState(models.TextChoices):
    """What has become of a mail that came in."""

    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
    HELD = "held", _("Held")
    REFUSED = "refused", _("Refused")
    IGNORED = "ignored", _("Left alone")
    FAILED = "failed", _("Failed")


class IncomingMessage(models.Model):
    """One mail to one address of ours, as it came; `reason` says why it went nowhere, `url` where it went."""

    raw = models.BinaryField()
    is_cut = models.BooleanField(default=False)
    door = models.CharField(max_length=20)
    # What makes it the same mail: its address of ours, its Message-ID and its content.
    digest = models.CharField(max_length=64, unique=True)
    message_id = models.CharField(max_length=255, blank=True)
    envelope_sender = models.CharField(max_length=320, blank=True)
    recipient = models.CharField(max_length=320, blank=True)
    sender = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    received_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=8, choices=IncomingState, default=IncomingState.WAITING)
    # Taking it in hand moves this on: a worker that dies leaves a mail that is due again.
    due_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    url = models.CharField(max_length=500, blank=True)
    # Of a held one: the secret in the link by which it is confirmed, and by whom (a name that only a route knows).
    token = models.CharField(max_length=43, blank=True)
    asked = models.CharField(max_length=254, blank=True)
    asked_as = models.CharField(max_length=64, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    # Where others may decide about it too, what makes it doubtful (as its route calls both), and what they can read.
    held_for = models.CharField(max_length=40, blank=True)
    doubt = models.CharField(max_length=12, blank=True)
    excerpt = models.TextField(blank=True)
    # One of those others let it go its way: nobody has proved who wrote it.
    is_let_in = models.BooleanField(default=False)
    # What it became, as its route calls it.
    made = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at", "id"], name="incoming_due", condition=models.Q(state="waiting")),
            models.Index(fields=["received_at", "id"], name="incoming_by_time"),
            models.Index(fields=["token"], name="incoming_held", condition=~models.Q(token="")),  # nosec B106 # none is given out
        ]

    def __str__(self) -> str:
        return f"{self.sender}: {self.subject}"
