"""Flags: somebody's "please look at this"."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cop.base.models import Dated
from members.models import Community

WORDS_LENGTH = 1000


class FlagReason(models.TextChoices):
    """Why somebody asks to look."""

    HURTFUL = "hurtful", _("It hurts or threatens somebody")
    ADVERTISING = "advertising", _("It is advertising, or sent to many places")
    PRIVATE = "private", _("It tells something that should stay private")
    RIGHTS = "rights", _("It is somebody else's work, shared without their leave")
    MISLEADING = "misleading", _("It is wrong in a way that could do harm")
    PLACE = "place", _("It does not belong here")
    OTHER = "other", _("Something else")


class Flag(Dated):
    """Somebody asks facilitators to look at a thing. Everybody has one for each thing."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="flags")
    kind = models.CharField(max_length=20)
    thing_id = models.BigIntegerField()
    title = models.CharField(max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="flags"
    )
    # Whose thing it is, or who it is.
    about = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # A keyed hash of where a visitor came from, so that they flag once too; "" for somebody with an account.
    visitor = models.CharField(max_length=43, blank=True)
    # The same hash for whoever is hardly known, with an account or without: one network's flags hide as one.
    network = models.CharField(max_length=43, blank=True)
    # A visitor's page is found by it.
    code = models.CharField(max_length=43, null=True, blank=True, unique=True)
    # Where a visitor wants to hear of it; forgotten with the answer. It is proven once it is confirmed.
    address = models.EmailField(max_length=320, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=12, choices=FlagReason)
    words = models.CharField(max_length=WORDS_LENGTH, blank=True)
    # In hundredths of a flag: what it counts towards hiding.
    weight = models.PositiveSmallIntegerField(default=100)
    decided_at = models.DateTimeField(null=True, blank=True)
    is_upheld = models.BooleanField(null=True, blank=True)
    # When whoever flagged heard what became of it.
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "thing_id", "by"], condition=Q(by__isnull=False), name="flag_once_by_user"
            ),
            models.UniqueConstraint(
                fields=["kind", "thing_id", "visitor"], condition=~Q(visitor=""), name="flag_once_by_visitor"
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "thing_id", "id"], name="flag_by_thing"),
            models.Index(fields=["by", "community"], name="flag_by_user"),
            models.Index(
                fields=["decided_at"], name="flag_to_tell", condition=Q(told_at=None, decided_at__isnull=False)
            ),
            models.Index(fields=["address"], name="flag_by_address", condition=~Q(address="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.thing_id}: {self.reason}"

    @property
    def answer(self) -> str:
        """What became of it, as a sentence to whoever flagged; for a flag that was decided."""
        if self.is_upheld is None:
            return gettext("It is no longer there: it went before anybody had to decide. Thank you for taking care.")
        if self.is_upheld:
            return gettext(
                "You were right: something was done about it, and whoever wrote it was told. Thank you for taking care."
            )
        return gettext(
            "It stays as it is: as they see it, it keeps to the guidelines. Thank you for asking all the same."
        )
