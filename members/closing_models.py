"""Accounts that were closed: what becomes of what was written, and how far that was carried out."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Choice(models.TextChoices):
    """What becomes of what somebody wrote."""

    KEEP = "keep", _("It stays under my name")
    HIDE = "hide", _("It stays as written by “a former member”")
    REMOVE = "remove", _("It is removed")


class AccountClosing(models.Model):
    """An account on its way out. Name and addresses stand here until all is carried out, and are forgotten then."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="closing")
    choice = models.CharField(max_length=8, choices=Choice)
    # Whether facilitators are asked to look at what others wrote about them.
    asks_about_name = models.BooleanField(default=False)
    name = models.CharField(max_length=80, blank=True)
    addresses = models.JSONField(default=list)
    began_at = models.DateTimeField(default=timezone.now)
    # Who is at it holds it until then: what a killed worker leaves is taken up by another.
    held_until = models.DateTimeField(null=True)
    # The steps that are done, the one in hand, and up to which row it is done.
    done = models.JSONField(default=list)
    step = models.CharField(max_length=40, blank=True)
    cursor = models.BigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["id"], name="closing_to_carry_out", condition=Q(finished_at=None))]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.choice}"

    @property
    def is_hidden(self) -> bool:
        """Whether the name must stand nowhere any more."""
        return self.choice != Choice.KEEP

    @property
    def is_removed(self) -> bool:
        """Whether the words must stand nowhere any more."""
        return self.choice == Choice.REMOVE
