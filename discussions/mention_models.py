"""Who was called by name in a message."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Mention(models.Model):
    """Somebody's name stands in a message behind an "@", and it was clear who was meant."""

    reply = models.ForeignKey("discussions.Reply", on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    # Named when the message was changed, after everybody was told of it: since when this person is to be told.
    owed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reply", "user"], name="mention_once")]
        indexes = [models.Index(fields=["owed_at"], name="mention_owed", condition=Q(owed_at__isnull=False))]

    def __str__(self) -> str:
        return f"@{self.user} in {self.reply_id}"
