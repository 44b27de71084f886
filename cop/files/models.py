"""Uploaded images, each with the audience that may see it."""

from django.db import models
from django.urls import reverse

from cop.files import attachment_models  # noqa: F401 — Django finds the models of attachments here
from cop.files.stored import Stored, StoredQuerySet
from members.models import Community


class FileQuerySet(StoredQuerySet["File"]):
    """Questions about files."""


class File(Stored):
    """An image as it is served: re-encoded here, without what the camera wrote into it."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="files")
    content = models.FileField(upload_to="images/%Y/%m/")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    objects = FileQuerySet.as_manager()

    def get_absolute_url(self) -> str:
        return reverse("files:file-show", args=[self.pk, self.name])

    @property
    def alt(self) -> str:
        """Its name, as words."""
        return self.name.removesuffix(".webp").replace("-", " ")

    @property
    def as_markdown(self) -> str:
        """What shows it in a text."""
        return f"![{self.alt}]({self.get_absolute_url()})"
