"""The log of who joined, left, or got another role."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.roles import Role


class StandingChange(models.Model):
    """A line of the log of who changed whose standing in a community, when and why; facilitators read it."""

    class What(models.TextChoices):
        """What changed."""

        ASKED = "asked", _("asked to join")
        JOINED = "joined", _("joined")
        DECLINED = "declined", _("was not let in")
        ROLE = "role", _("has another role")
        SUSPENDED = "suspended", _("was suspended")
        READMITTED = "readmitted", _("was readmitted")
        REMOVED = "removed", _("was removed")
        LEFT = "left", _("left")
        STEPPED_BACK = "stepped-back", _("stepped back")
        STEPPED_IN = "stepped-in", _("takes part again")

    community = models.ForeignKey("members.Community", on_delete=models.CASCADE, related_name="standing_changes")
    # Null where an account is gone, or where somebody who left did not want to be named.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    what = models.CharField(max_length=12, choices=What)
    role = models.CharField(max_length=12, choices=Role, blank=True)
    reason = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField(default=timezone.now)
    # When somebody who joined was welcomed by mail, or it was decided not to.
    welcomed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["community", "at", "id"], name="standing_change_by_community"),
            models.Index(fields=["at"], name="standing_to_welcome", condition=Q(what="joined", welcomed_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.what} {self.community}"
