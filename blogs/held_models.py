"""Posts that wait for a facilitator. Such a post is a draft, or was: only what waits of it stands here."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cop.base.models import Dated
from discussions.held_models import Outcome, Why


class HeldPost(Dated):
    """Somebody wants to publish a post, and a facilitator looks at it first. A post waits once."""

    post = models.ForeignKey("blogs.Post", on_delete=models.CASCADE, related_name="held")
    # The moment that it was to be published at; null is at once.
    publish_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=8, choices=Why)
    detail = models.CharField(max_length=200, blank=True)
    held_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post"], name="held_post_once", condition=Q(settled_at=None)),
        ]
        indexes = [
            models.Index(fields=["settled_at"], name="held_post_settled", condition=Q(settled_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.post_id}: {self.why}"

    @property
    def why_in_words(self) -> str:
        """Why it waits, as a sentence for facilitators."""
        return Why(self.why).in_words(self.detail)
