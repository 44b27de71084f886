"""What was imported from where: one row for each message of an archive, also for those that were left out."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cop.base.models import Dated


class ImportState(models.TextChoices):
    """How far an import is."""

    WAITING = "waiting", _("Waiting for its turn")
    RUNNING = "running", _("Running")
    PAUSED = "paused", _("Paused")
    DONE = "done", _("Done")
    FAILED = "failed", _("Stopped by an error")


class Import(Dated):
    """One file that is, or was, taken into a forum. `position` counts its messages that are dealt with."""

    forum = models.ForeignKey("discussions.Forum", on_delete=models.CASCADE, related_name="imports")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=200)
    file = models.FileField(upload_to="archives/", blank=True)
    # Each topic goes into the forum of its own name; else all of them into the one forum.
    is_sorted = models.BooleanField(default=False, db_default=False)
    state = models.CharField(max_length=8, choices=ImportState, default=ImportState.WAITING)
    problem = models.CharField(max_length=300, blank=True)
    total = models.PositiveIntegerField(default=0)
    position = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["forum", "id"])]

    def __str__(self) -> str:
        return self.name


class LeftOut(models.TextChoices):
    """Why a message did not become a reply."""

    EMPTY = "empty", _("There was no text in it.")
    DOUBLE = "double", _("Another message has the same Message-ID.")


class ArchivedMessage(models.Model):
    """A message of a mailing list by its Message-ID, so that old links find it and a second run adds nothing."""

    forum = models.ForeignKey("discussions.Forum", on_delete=models.CASCADE, related_name="archived")
    made_by = models.ForeignKey(Import, null=True, on_delete=models.SET_NULL, related_name="messages")
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    reply = models.OneToOneField(
        "discussions.Reply", null=True, blank=True, on_delete=models.SET_NULL, related_name="archived"
    )
    subject = models.CharField(max_length=300, blank=True)
    reason = models.CharField(max_length=8, choices=LeftOut, blank=True)
    # The nearest parent that is not there (yet): the message is put below it when it arrives.
    awaits = models.CharField(max_length=255, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["forum", "key"], name="archived_once", condition=Q(reason="")),
            models.UniqueConstraint(fields=["forum", "digest"], name="archived_digest_once"),
        ]
        indexes = [
            models.Index(fields=["key"]),
            models.Index(fields=["forum", "awaits"], name="archived_awaiting", condition=~Q(awaits="")),
        ]

    def __str__(self) -> str:
        return self.key
