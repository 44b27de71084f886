"""What belongs to a community's life as a whole: how it was set up, what it says about itself, how it is going."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cop.base.models import Dated
from cop.home import naming_models  # noqa: F401 — Django finds the model of requests of people who left
from cop.markup.fields import HtmlField
from members.invitation_models import Invitation
from members.models import Community


class Need(models.TextChoices):
    """What would help most now."""

    LEARN = "learn", _("Learn and share with each other")
    COORDINATE = "coordinate", _("Coordinate and help each other")
    INFORM = "inform", _("Inform outside readers and answer their questions")


class SetUp(Dated):
    """The answers of somebody who starts a community, kept until it opens; `answers` by the field's name."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    answers = models.JSONField(default=dict)
    # Hangs here until the community opens.
    logo = models.FileField(upload_to="logos/%Y/%m/", blank=True)
    community = models.OneToOneField(Community, null=True, blank=True, on_delete=models.CASCADE, related_name="set_up")
    # Where site staff approve first: when it was handed in, and why it was declined.
    submitted_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    decline_reason = models.TextField(max_length=1000, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["by", "id"]),
            models.Index(fields=["submitted_at"], name="set_up_waiting", condition=models.Q(community=None)),
        ]

    def __str__(self) -> str:
        return str(self.answers.get("name") or self.answers.get("pressing_issue", ""))[:80]

    def get_absolute_url(self) -> str:
        return reverse("home:set-up-review", args=[self.pk])

    @property
    def is_waiting(self) -> bool:
        """Whether site staff have yet to approve it."""
        return self.submitted_at is not None and self.declined_at is None and self.community_id is None


class About(Dated):
    """A community's page about itself, and its last words where it is closed."""

    community = models.OneToOneField(Community, primary_key=True, on_delete=models.CASCADE, related_name="about_page")
    body = models.TextField(_("about"), max_length=20_000, blank=True)
    body_html = HtmlField(blank=True)
    version = models.PositiveIntegerField(default=0)
    last_words = models.TextField(_("last words"), max_length=20_000, blank=True)
    last_words_html = HtmlField(blank=True)

    def __str__(self) -> str:
        return f"{self.community}"


class Welcome(Dated):
    """The words that newcomers are welcomed with by mail."""

    community = models.OneToOneField(Community, primary_key=True, on_delete=models.CASCADE, related_name="welcome")
    is_on = models.BooleanField(_("welcome newcomers by mail"), default=True)
    body = models.TextField(_("your words"), max_length=3000)
    body_html = HtmlField()

    def __str__(self) -> str:
        return f"{self.community}"


class HandOver(Dated):
    """Somebody who set a community up asks somebody else to facilitate it, and is responsible until they accept."""

    invitation = models.OneToOneField(Invitation, primary_key=True, on_delete=models.CASCADE, related_name="hand_over")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    # Whether who asked goes on facilitating beside the one who was asked.
    stays = models.BooleanField(default=True)
    asked_at = models.DateTimeField(default=timezone.now)
    reminded = models.PositiveSmallIntegerField(default=0)
    told_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["asked_at"], name="hand_over_open", condition=models.Q(ended_at=None))]

    def __str__(self) -> str:
        return f"{self.invitation}"


class Progress(models.TextChoices):
    """What became of the pressing issue."""

    SMALLER = "smaller", _("It got smaller")
    SAME = "same", _("It is as big as it was")
    BIGGER = "bigger", _("It got bigger")
    OTHER = "other", _("Another one presses more now")


class IssueReview(Dated):
    """Facilitators are asked whether the pressing issue got smaller, and one of them says."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="issue_reviews")
    pressing_issue = models.TextField(max_length=1000, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    progress = models.CharField(_("what became of it"), max_length=10, choices=Progress, blank=True)
    words = models.TextField(_("in a few words"), max_length=1000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["community", "asked_at"])]

    def __str__(self) -> str:
        return f"{self.community}: {self.progress}"


def about_of(community: Community) -> About:
    """Give a community's page about itself, or one that is not saved yet."""
    return About.objects.filter(community=community).first() or About(community=community)
