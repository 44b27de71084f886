"""People whose words are in a post because they were in a mail that was forwarded."""

from django.conf import settings
from django.db import models


class QuotedPerson(models.Model):
    """Somebody in a forwarded exchange: named above their words only where they agreed to it."""

    post = models.ForeignKey("blogs.Post", on_delete=models.CASCADE, related_name="quoted")
    # What they are called until then.
    label = models.CharField(max_length=80)
    name = models.CharField(max_length=80, blank=True)
    address = models.CharField(max_length=254, blank=True)
    token = models.CharField(max_length=43, unique=True)
    noted_at = models.DateTimeField(auto_now_add=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    agrees = models.BooleanField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "quoted people"
        constraints = [models.UniqueConstraint(fields=["post", "label"], name="quoted_once")]
        indexes = [models.Index(fields=["noted_at"], name="quoted_by_age")]

    def __str__(self) -> str:
        return self.label
