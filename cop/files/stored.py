"""What images and other files have in common: whose they are, who may fetch them, and that each is kept once."""

from typing import Self, TypeVar

from django.conf import settings
from django.core.files.base import File as Content
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from cop.base.models import Dated
from members.audiences import Audience, Reader, readable_by
from members.models import Community

Row = TypeVar("Row", bound="Stored", covariant=True)


class StoredQuerySet(models.QuerySet[Row]):
    """Questions about what was uploaded."""

    def visible_to(self, user: Reader) -> Self:
        """Those whose audience `user` belongs to, and one's own."""
        if user.is_staff or not user.is_authenticated:
            return self.filter(readable_by(user))
        return self.filter(readable_by(user) | models.Q(owner=user.pk))


class Stored(Dated):
    """Something uploaded to a community; the same content from the same person for the same audience is kept once."""

    community: models.ForeignKey[Community]
    content: models.FileField
    audience = models.CharField(_("who may see it"), max_length=12, choices=Audience, default=Audience.COMMUNITY)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(_("name"), max_length=120)
    digest = models.CharField(max_length=64)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["community", "owner", "digest", "audience"], name="%(class)s_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def etag(self) -> str:
        """What stands for its content in front of browsers."""
        return self.digest[:32]

    def save_once(self, content: "Content[bytes]", ending: str) -> Self:
        """Keep a new row with its content; give the row of the other request, where one was quicker (pressed twice)."""
        self.content.save(f"{self.etag}.{ending}", content, save=False)
        try:
            with transaction.atomic():
                self.save()
        except IntegrityError:
            self.content.delete(save=False)
            return self.twins().get()
        return self

    def twins(self) -> "models.QuerySet[Self]":
        """Give what is kept already of the same content from the same person for the same audience."""
        same = {"community": self.community, "owner": self.owner, "digest": self.digest, "audience": self.audience}
        return type(self)._default_manager.filter(**same)
