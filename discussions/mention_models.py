"""Who was called by name in a message."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Mention(models.Model):
    """Somebody's name stands in a message behind an "@", and it was clear who was meant."""

    reply = models.ForeignKey("discussions.Reply", on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reply", "user"], name="mention_once")]

    def __str__(self) -> str:
        return f"@{self.user} in {self.reply_id}"
