"""Blocks: whom somebody does not want to meet; the other one is not told."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone


class BlockQuerySet(models.QuerySet["Block"]):
    """Questions about blocks."""

    def against(self, user_id: int) -> models.QuerySet["Block", int]:
        """Give the ids of those who do not want to hear from a user: for an `exclude(…__in=…)`."""
        return self.filter(blocked=user_id).values_list("user_id", flat=True)


class Block(models.Model):
    """`user` sees nothing of `blocked` unless they ask for it, and hears nothing from them."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="blocks", db_index=False)
    blocked = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = BlockQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "blocked"], name="block_once")]

    def __str__(self) -> str:
        return f"{self.user_id} ⊘ {self.blocked_id}"


def is_blocked_by(user_id: int, who: str) -> Exists:
    """Give the condition that a user blocked whom the lookup `who` leads to; null is nobody."""
    return Exists(Block.objects.filter(user=user_id, blocked=OuterRef(who)))
