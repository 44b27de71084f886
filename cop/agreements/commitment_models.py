"""Commitments: who does what by when."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cop.agreements.places import Placed, PlacedQuerySet
from cop.base.models import Dated
from members.audiences import Reader

TEXT_LENGTH = 300
WORD_LENGTH = 500


class CommitmentState(models.TextChoices):
    """Where a commitment is in its life."""

    ASKED = "asked", _("Asked")
    DECLINED = "declined", _("Declined")
    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")


class CommitmentQuerySet(PlacedQuerySet):
    """Questions about commitments."""

    whose = ("person", "asked_by")

    def told_to(self, user: Reader) -> "CommitmentQuerySet":
        """All but what others only asked each other, or declined."""
        between_two = Q(state__in=[CommitmentState.ASKED, CommitmentState.DECLINED])
        found: CommitmentQuerySet = self.filter(~between_two | Q(person=user.pk) | Q(asked_by=user.pk))
        return found

    def open(self) -> "CommitmentQuerySet":
        """Those that are to be kept."""
        found: CommitmentQuerySet = self.filter(state=CommitmentState.OPEN)
        return found

    def overdue(self, on: date) -> "CommitmentQuerySet":
        """Those that were to be kept before a day."""
        found: CommitmentQuerySet = self.open().filter(due_on__lt=on)
        return found


class Commitment(Placed, Dated):
    """A small promise: somebody does something by a day. One that was asked for counts once the person said yes."""

    text = models.CharField(_("what"), max_length=TEXT_LENGTH)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="commitments",
    )
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    due_on = models.DateField(_("by when"))
    state = models.CharField(max_length=10, choices=CommitmentState, default=CommitmentState.OPEN)
    # What came of it, in the person's words.
    word = models.CharField(max_length=WORD_LENGTH, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    asked_after_at = models.DateTimeField(null=True, blank=True)

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["community", "state", "due_on", "id"], name="commitment_by_date"),
            models.Index(fields=["place_kind", "place_id"], name="commitment_by_place"),
            models.Index(fields=["thing_kind", "thing_id"], name="commitment_by_thing"),
            models.Index(fields=["community", "settled_at", "id"], name="commitment_settled"),
            models.Index(
                fields=["due_on"], name="commitment_to_ask_after", condition=Q(state="open", asked_after_at=None)
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("agreements:commitment", args=[self.community.slug, self.pk])

    @property
    def is_asked(self) -> bool:
        """Whether the person has not answered yet."""
        return self.state == CommitmentState.ASKED

    @property
    def is_open(self) -> bool:
        """Whether it is to be kept."""
        return self.state == CommitmentState.OPEN
