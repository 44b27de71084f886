"""Uploaded files that are no images, each with the audience that may fetch it."""

from django.db import models
from django.urls import reverse

from cop.files.stored import Stored, StoredQuerySet
from members.models import Community


class AttachmentQuerySet(StoredQuerySet["Attachment"]):
    """Questions about attachments."""


class Attachment(Stored):
    """A file as it was uploaded: it is fetched and saved, never shown by this site."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="attachments")
    content = models.FileField(upload_to="attachments/%Y/%m/")
    size = models.PositiveBigIntegerField()
    # Until the virus scanner, which was silent when it came, has looked it over.
    is_held = models.BooleanField(default=False, db_default=False)

    objects = AttachmentQuerySet.as_manager()

    class Meta(Stored.Meta):
        indexes = [models.Index(fields=["id"], name="attachment_held", condition=models.Q(is_held=True))]

    def get_absolute_url(self) -> str:
        return reverse("files:attachment-fetch", args=[self.pk, self.name])
