"""What somebody who closed their account asked facilitators for: to look where others' texts name them."""

from django.db import models
from django.urls import reverse
from django.utils import timezone

from members.audiences import Reader, facilitated_by
from members.models import Community


class NamedRequestQuerySet(models.QuerySet["NamedRequest"]):
    """Questions about such requests."""

    def visible_to(self, user: Reader) -> "NamedRequestQuerySet":
        """Those to communities that `user` facilitates; all of them for site staff."""
        if not user.is_authenticated:
            return self.none()
        return self if user.is_staff else self.filter(community__in=facilitated_by(user))


class NamedRequest(models.Model):
    """A name that stands in others' texts; it points at no account, and is forgotten once somebody has looked."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    asked_at = models.DateTimeField(default=timezone.now)

    objects = NamedRequestQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "name"], name="named_request_once")]
        indexes = [models.Index(fields=["asked_at"], name="named_request_by_age")]

    def __str__(self) -> str:
        return f"{self.community_id}: {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("home:named", args=[self.community.slug, self.pk])
