"""Where users work: organisations, each with a page of its own, and the domains that are proven to be theirs."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cop.base.models import Dated
from cop.markup.fields import HtmlField
from members.audiences import Reader

if TYPE_CHECKING:
    from members.models import User


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Questions about organisations."""

    def visible_to(self, reader: Reader) -> "OrganisationQuerySet":
        """All for who is signed in: their names stand beside people's; others find those that show themselves."""
        return self if reader.is_authenticated else self.filter(is_public=True)

    def found_by(self, words: str) -> "OrganisationQuerySet":
        """Those whose name or place has each of these words."""
        found = self
        for word in words.split()[:6]:
            found = found.filter(Q(name__icontains=word) | Q(place__icontains=word))
        return found


class Organisation(Dated):
    """Where a user works; what makes it special, in its own words."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    website = models.URLField(_("website"), blank=True)
    place = models.CharField(_("place"), max_length=120, blank=True, help_text=_("Town and country."))
    special = models.TextField(_("what makes us special"), max_length=5000, blank=True)
    special_html = HtmlField(blank=True)
    logo = models.FileField(_("logo"), upload_to="logos/%Y/%m/", blank=True)
    is_public = models.BooleanField(_("everybody on the web may read this page"), default=False)
    # Who looks after the page; until somebody does, anybody who works there may begin.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="organisations_owned"
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        indexes = [models.Index(fields=["name", "id"], name="organisation_by_name")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("members:organisation", args=[self.pk])

    def is_looked_after_by(self, user: "User") -> bool:
        """Whether `user` may change its page: the owner, or who works there while there is none."""
        return self.owner_id == user.pk if self.owner_id else user.organisation_id == self.pk


class OrganisationDomain(Dated):
    """A domain whose mailboxes belong to an organisation, as somebody proved who reads one of them."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="domains")
    domain = models.CharField(max_length=253, unique=True)
    proven_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ("domain",)

    def __str__(self) -> str:
        return self.domain
