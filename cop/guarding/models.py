"""How a community protects itself, lists of words, and the marks of texts that were written lately."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cop.base.models import Dated
from members.models import Community


class Way(models.TextChoices):
    """How a community protects itself against those who come to harm it."""

    LIMITED = "limited", _("Newcomers are limited: a few links, images and messages until they are known")
    HELD = "held", _("First posts wait until a facilitator has looked at them")
    MEMBERS = "members", _("Members only: facilitators let each one in, and nobody else writes")


class Protection(Dated):
    """The protection that a community chose; one that never chose has the defaults of this table, and no row."""

    community = models.OneToOneField(Community, primary_key=True, on_delete=models.CASCADE, related_name="protection")
    way = models.CharField(_("how is it protected?"), max_length=8, choices=Way, default=Way.LIMITED)
    # Null is what the site's setting says.
    newcomer_days = models.PositiveSmallIntegerField(
        _("somebody is new for so many days"), null=True, blank=True, validators=[MaxValueValidator(60)]
    )
    links = models.PositiveSmallIntegerField(_("links in a message"), default=2, validators=[MaxValueValidator(50)])
    images = models.PositiveSmallIntegerField(_("images in a message"), default=1, validators=[MaxValueValidator(50)])
    mentions = models.PositiveSmallIntegerField(
        _("people called by name in a message"), default=2, validators=[MaxValueValidator(20)]
    )
    topics_an_hour = models.PositiveSmallIntegerField(
        _("topics an hour"), default=3, validators=[MaxValueValidator(60)]
    )
    replies_an_hour = models.PositiveSmallIntegerField(
        _("replies an hour"), default=10, validators=[MaxValueValidator(200)]
    )

    def __str__(self) -> str:
        return f"{self.community_id}: {self.way}"


def protection_of(community: Community) -> Protection:
    """Give a community's protection, or the usual one, which is not saved."""
    return Protection.objects.filter(community=community).first() or Protection(community=community)


def takes_guests(community: Community) -> bool:
    """Whether people without an account may write in a community, where it opened a place for them."""
    return protection_of(community).way != Way.MEMBERS


class WordList(Dated):
    """Words and links that a community, or without one the whole site, wants to look at before they are published."""

    community = models.OneToOneField(
        Community, null=True, blank=True, on_delete=models.CASCADE, related_name="word_list"
    )
    words = models.TextField(_("words"), blank=True, max_length=20_000)
    links = models.TextField(_("links"), blank=True, max_length=20_000)

    class Meta:
        constraints = [
            models.UniqueConstraint(models.F("id") * 0, condition=Q(community=None), name="word_list_of_site_once")
        ]

    def __str__(self) -> str:
        return f"{self.community_id or 'site'}"


class Mark(models.Model):
    """The mark of a text written lately, by which one that looks like it is known again; never the text itself.

    `who` is "u12" for a user, "g12" for a guest.
    """

    who = models.CharField(max_length=24)
    digest = models.BigIntegerField()
    is_of_newcomer = models.BooleanField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["who", "at"], name="mark_by_writer"),
            models.Index(fields=["at"], name="mark_by_age"),
            models.Index(fields=["at", "id"], name="mark_of_newcomers", condition=Q(is_of_newcomer=True)),
        ]

    def __str__(self) -> str:
        return f"{self.who} {self.digest:x}"
