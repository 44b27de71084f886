"""Uploaded images, each with the audience that may see it."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cop.base.models import Dated
from cop.files import attachment_models  # noqa: F401 — Django finds the models of attachments here
from members.audiences import Audience, Reader, readable_by
from members.models import Community


class FileQuerySet(models.QuerySet["File"]):
    """Questions about files."""

    def visible_to(self, user: Reader) -> "FileQuerySet":
        """Those whose audience `user` belongs to, and one's own."""
        if user.is_staff or not user.is_authenticated:
            return self.filter(readable_by(user))
        return self.filter(readable_by(user) | models.Q(owner=user.pk))


class File(Dated):
    """An image as it is served: re-encoded here, without what the camera wrote into it."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="files")
    audience = models.CharField(_("who may see it"), max_length=12, choices=Audience, default=Audience.COMMUNITY)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(_("name"), max_length=120)
    content = models.FileField(upload_to="images/%Y/%m/")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)

    objects = FileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "owner", "digest", "audience"], name="file_once"),
        ]

    def __str__(self) -> str:
        return self.name

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
