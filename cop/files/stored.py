"""What images and other files have in common: whose they are, and the audience that may fetch them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cop.base.models import Dated
from members.audiences import Audience, Reader, readable_by
from members.models import Community


def seen_by(user: Reader) -> models.Q:
    """Give the condition under which `user` may fetch something: they belong to its audience, or it is their own."""
    if user.is_staff or not user.is_authenticated:
        return readable_by(user)
    return readable_by(user) | models.Q(owner=user.pk)


class Stored(Dated):
    """Something uploaded to a community; the same content from the same person for the same audience is kept once."""

    community: models.ForeignKey[Community]
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
