"""Texts that wait for a facilitator: they become a topic or a reply when they are published, and are none before.

Until then there is nothing that anybody could count, search, mail or list: no page has to remember to leave them out.
"""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cop.base.models import Dated
from cop.markup.fields import HtmlField
from members.audiences import Reader, facilitated_by
from members.models import Community

if TYPE_CHECKING:
    from discussions.held_models import HeldText as Row  # noqa: F401 - named in strings


class Why(models.TextChoices):
    """Why a text waits; facilitators read it, its writer does not."""

    FIRST = "first", _("It is the first message of this person here.")
    WORDS = "words", _("It holds what stands in a list of words and links: “%(detail)s”.")
    OWN = "own", _("It is nearly the same as what this person wrote a short while ago.")
    OTHERS = "others", _("It is nearly the same as what other new people wrote lately.")
    OUTSIDE = "outside", _("The service that looks for advertising took it for that.")
    ASKED = "asked", _("Messages of this person wait, as a facilitator decided.")

    def in_words(self, detail: str) -> str:
        """Say it as a sentence."""
        return str(self.label) % {"detail": detail} if self is Why.WORDS else str(self.label)


class Outcome(models.TextChoices):
    """What became of it."""

    PUBLISHED = "published", _("published")
    DECLINED = "declined", _("declined")
    TAKEN_BACK = "taken-back", _("taken back")


class HeldTextQuerySet(models.QuerySet["Row"]):
    """Questions about texts that wait."""

    def visible_to(self, user: Reader) -> "HeldTextQuerySet":
        """One's own, and those of the communities that one facilitates."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self
        return self.filter(Q(author=user.pk) | Q(community__in=facilitated_by(user)))

    def waiting(self) -> "HeldTextQuerySet":
        """Those that nobody decided about yet."""
        return self.filter(settled_at=None)


class HeldText(Dated):
    """What somebody wrote, with all that is needed to publish it as it was meant."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+")
    # Where a topic was to start; or in which one, and below what, a reply was to stand.
    forum = models.ForeignKey("discussions.Forum", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    topic = models.ForeignKey("discussions.Topic", null=True, blank=True, on_delete=models.CASCADE, related_name="held")
    parent = models.ForeignKey("discussions.Reply", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    title = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=10, blank=True)
    tags = models.JSONField(default=list)
    body = models.TextField()
    body_html = HtmlField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="held_texts"
    )
    guest = models.ForeignKey("discussions.Guest", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    # The question from outside that it is: whoever asked is to get the answers by mail.
    asked = models.ForeignKey(
        "discussions.HelpRequest", null=True, blank=True, on_delete=models.SET_NULL, related_name="held"
    )
    form_key = models.CharField(max_length=43, null=True, blank=True)  # noqa: DJ001 — null so that it can be unique
    via = models.CharField(max_length=8)
    message_id = models.CharField(max_length=255, blank=True)
    trimmed = models.TextField(blank=True)
    why = models.CharField(max_length=8, choices=Why)
    detail = models.CharField(max_length=200, blank=True)
    held_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    reply = models.ForeignKey("discussions.Reply", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = HeldTextQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["author", "form_key"], name="held_form_once", condition=Q(form_key__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["asked"], name="held_question_once", condition=Q(asked__isnull=False, settled_at=None)
            ),
        ]
        indexes = [
            models.Index(fields=["author", "held_at"], name="held_by_writer"),
            models.Index(fields=["settled_at"], name="held_settled", condition=Q(settled_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.title or self.body[:60]

    def get_absolute_url(self) -> str:
        return reverse("discussions:held", args=[self.pk])

    @property
    def author_name(self) -> str:
        """Whose it is, for a reader."""
        return self.author.display_name if self.author else self.guest.name if self.guest else ""

    @property
    def why_in_words(self) -> str:
        """Why it waits, as a sentence."""
        return Why(self.why).in_words(self.detail)
