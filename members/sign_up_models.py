"""New accounts that wait for site staff, because their address is of a domain that gives addresses away."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class HeldSignUp(models.Model):
    """An account that cannot sign in before site staff have looked at it."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="held_sign_up"
    )
    domain = models.CharField(max_length=255)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"{self.user_id} ({self.domain})"
