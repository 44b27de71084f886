"""Proposals: a text put to consent; what people think of it; and the remit that proposals change."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cop.agreements.places import Placed, PlacedQuerySet
from cop.base.models import Dated
from cop.markup.fields import HtmlField
from members.audiences import Reader, readable_by
from members.models import Community

TITLE_LENGTH = 200
REASON_LENGTH = 1000


class ProposalState(models.TextChoices):
    """Where a proposal is in its life."""

    OPEN = "open", _("Open")
    AGREED = "agreed", _("Agreed")
    NOT_AGREED = "not-agreed", _("Not agreed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ProposalQuerySet(PlacedQuerySet):
    """Questions about proposals."""

    whose = ("proposer",)

    def open(self) -> "ProposalQuerySet":
        """Those without an outcome yet."""
        found: ProposalQuerySet = self.filter(state=ProposalState.OPEN)
        return found

    def answerable(self, at: datetime) -> "ProposalQuerySet":
        """Those that can still be answered."""
        return self.open().filter(closes_at__gt=at)


class Proposal(Placed, Dated):
    """A text put to consent until a moment; then its proposer writes what came of it."""

    title = models.CharField(_("title"), max_length=TITLE_LENGTH)
    proposer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="proposals"
    )
    # Whether its text becomes the community's remit once it is agreed.
    is_remit = models.BooleanField(default=False)
    text = models.TextField(_("text"))
    text_html = HtmlField()
    version = models.PositiveIntegerField(default=1)
    closes_at = models.DateTimeField(_("open until"))
    state = models.CharField(max_length=12, choices=ProposalState, default=ProposalState.OPEN)
    outcome = models.TextField(blank=True)
    outcome_html = HtmlField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    look_again_on = models.DateField(_("look at it again on"), null=True, blank=True)
    # The version that those who had answered were asked again about.
    told_version = models.PositiveIntegerField(default=1)
    closing_told_at = models.DateTimeField(null=True, blank=True)
    outcome_asked_at = models.DateTimeField(null=True, blank=True)
    looked_again_at = models.DateTimeField(null=True, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["community", "state", "closes_at", "id"], name="proposal_by_closing"),
            models.Index(fields=["community", "decided_at", "id"], name="proposal_by_decision"),
            models.Index(fields=["place_kind", "place_id"], name="proposal_by_place"),
            models.Index(fields=["thing_kind", "thing_id"], name="proposal_by_thing"),
            models.Index(fields=["closes_at"], name="proposal_open", condition=Q(state="open")),
            models.Index(
                fields=["look_again_on"],
                name="proposal_to_look_at",
                condition=Q(look_again_on__isnull=False, looked_again_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("agreements:proposal", args=[self.community.slug, self.pk])

    @property
    def is_open(self) -> bool:
        """Whether it has no outcome yet."""
        return self.state == ProposalState.OPEN

    @property
    def is_answerable(self) -> bool:
        """Whether it can still be answered."""
        return self.is_open and self.closes_at > timezone.now()


class ProposalVersion(models.Model):
    """A proposal's text as it was put once."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    text_html = HtmlField()
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "number"], name="proposal_version_once")]

    def __str__(self) -> str:
        return f"{self.proposal} ({self.number})"


class Stance(models.TextChoices):
    """What somebody thinks of a proposal."""

    CONSENT = "consent", _("Consent")
    ABSTAIN = "abstain", _("Abstain")
    CONCERN = "concern", _("Concern")
    OBJECTION = "objection", _("Objection")


class Position(models.Model):
    """What somebody thinks of one version of a proposal; a changed text asks again."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="positions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    version = models.PositiveIntegerField()
    stance = models.CharField(max_length=10, choices=Stance)
    reason = models.TextField(max_length=REASON_LENGTH, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "version", "user"], name="position_once"),
            models.CheckConstraint(
                condition=Q(stance__in=["consent", "abstain"]) | ~Q(reason=""), name="position_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.stance}"


class RemitQuerySet(models.QuerySet["Remit"]):
    """Questions about remits."""

    def visible_to(self, user: Reader) -> "RemitQuerySet":
        """Those of communities that `user` may know of."""
        return self.filter(readable_by(user, audience="community__audience"))


class Remit(models.Model):
    """What a community is to do, as it was agreed once; the highest number counts."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="remits")
    number = models.PositiveIntegerField()
    text = models.TextField()
    text_html = HtmlField()
    proposal = models.ForeignKey(Proposal, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = RemitQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "number"], name="remit_once")]

    def __str__(self) -> str:
        return f"{self.community} ({self.number})"
