"""Polls for a date: several proposals, each answered by yes, if need be, or no."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cop.base.models import Dated
from members.audiences import Reader, readable_by
from members.fields import validate_timezone
from members.models import Community


class DatePollQuerySet(models.QuerySet["DatePoll"]):
    """Questions about polls."""

    def visible_to(self, user: Reader) -> "DatePollQuerySet":
        """Those whose audience `user` belongs to."""
        return self.filter(readable_by(user))


class DatePoll(Dated):
    """When shall we meet? Open until one proposal becomes an event, or it is closed without one."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    title = models.CharField(_("title"), max_length=200)
    about = models.TextField(_("what for"), max_length=2000, blank=True)
    timezone = models.CharField(_("time zone"), max_length=64, validators=[validate_timezone])
    minutes = models.PositiveIntegerField(_("how long, in minutes"), default=60)
    audience = models.CharField(max_length=12, default="community")
    closed_at = models.DateTimeField(null=True, blank=True)
    event = models.OneToOneField("events.Event", null=True, on_delete=models.SET_NULL, related_name="poll")
    # Set while those who voted are still to be told of the date, from when its event is published.
    tells_voters_since = models.DateTimeField(null=True, blank=True)

    objects = DatePollQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["tells_voters_since"], name="poll_to_tell", condition=Q(tells_voters_since__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("events:poll", args=[self.community.slug, self.pk])

    @property
    def is_open(self) -> bool:
        """Whether it can still be answered."""
        return self.closed_at is None


class DateProposal(models.Model):
    """One date of a poll."""

    poll = models.ForeignKey(DatePoll, on_delete=models.CASCADE, related_name="proposals")
    starts_at = models.DateTimeField()

    class Meta:
        ordering = ("starts_at",)
        constraints = [models.UniqueConstraint(fields=["poll", "starts_at"], name="date_proposal_once")]

    def __str__(self) -> str:
        return str(self.starts_at)


class Vote(models.TextChoices):
    """What a date is to somebody."""

    YES = "yes", _("Yes")
    IF_NEED_BE = "maybe", _("If need be")
    NO = "no", _("No")


class DateVote(models.Model):
    """What one date is to one member."""

    proposal = models.ForeignKey(DateProposal, on_delete=models.CASCADE, related_name="votes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    vote = models.CharField(max_length=5, choices=Vote)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "user"], name="date_vote_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.vote}"
