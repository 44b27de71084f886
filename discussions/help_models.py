"""Help: questions from outside that wait for the button in a mail, and people who were asked for an answer by name."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class HelpRequest(models.Model):
    """A question typed into a help forum: nobody reads it before its address is confirmed."""

    forum = models.ForeignKey("discussions.Forum", on_delete=models.CASCADE, related_name="help_requests")
    address = models.EmailField(max_length=320)
    name = models.CharField(_("name"), max_length=80)
    title = models.CharField(_("question"), max_length=200)
    body = models.TextField(_("text"))
    token = models.CharField(max_length=43, unique=True)
    network = models.CharField(max_length=45, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    # The question that it became.
    topic = models.ForeignKey("discussions.Topic", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["asked_at"], name="help_request_by_age")]

    def __str__(self) -> str:
        return self.title


class HelpInvitation(models.Model):
    """Somebody was asked by name whether they know an answer: once a question, and not too often a week."""

    topic = models.ForeignKey("discussions.Topic", on_delete=models.CASCADE, related_name="help_invitations")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "user"], name="help_invitation_once")]
        indexes = [models.Index(fields=["user", "at"], name="help_invitation_by_user")]

    def __str__(self) -> str:
        return f"{self.user} ← {self.topic_id}"
