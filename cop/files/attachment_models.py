"""Uploaded files that are no images, each with the audience that may fetch it."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cop.base.models import Dated
from members.audiences import Audience, Reader, readable_by
from members.models import Community


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    """Questions about attachments."""

    def visible_to(self, user: Reader) -> "AttachmentQuerySet":
        """Those whose audience `user` belongs to, and one's own."""
        if user.is_staff or not user.is_authenticated:
            return self.filter(readable_by(user))
        return self.filter(readable_by(user) | models.Q(owner=user.pk))


class Attachment(Dated):
    """A file as it was uploaded: it is fetched and saved, never shown by this site."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="attachments")
    audience = models.CharField(_("who may see it"), max_length=12, choices=Audience, default=Audience.COMMUNITY)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(_("name"), max_length=120)
    content = models.FileField(upload_to="attachments/%Y/%m/")
    size = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "owner", "digest", "audience"], name="attachment_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("files:attachment-fetch", args=[self.pk, self.name])
