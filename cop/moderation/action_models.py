"""What was done to which thing or person, by whom and why; and what they said to it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cop.base.models import Dated
from members.audiences import Reader, facilitated_by
from members.models import Community

PASSAGE_LENGTH = 2000
WORDS_LENGTH = 2000


# Stands for a point of the guidelines where none was broken.
TIDYING = "tidying"


class What(models.TextChoices):
    """What was done."""

    HIDDEN = "hidden", _("hidden")
    SHOWN = "shown", _("shown again")
    EDITED = "edited", _("changed")
    MOVED = "moved", _("moved")
    SPLIT = "split", _("made a topic of its own")
    MERGED = "merged", _("made part of another topic")
    LOCKED = "locked", _("locked")
    UNLOCKED = "unlocked", _("opened again")
    SLOWED = "slowed", _("slowed down")
    CALLED_OFF = "called-off", _("called off")
    PINNED = "pinned", _("kept on top")
    UNPINNED = "unpinned", _("no longer kept on top")
    DELETED = "deleted", _("deleted")
    RESTORED = "restored", _("brought back")
    APPROVED = "approved", _("approved")
    DECLINED = "declined", _("declined")
    LET_IN = "let-in", _("let in, though nothing proves who wrote it")
    TURNED_AWAY = "turned-away", _("turned away at the door")
    DROPPED = "dropped", _("dropped as forged")
    WARNED = "warned", _("written to")
    HELD = "held", _("posts held until approved")
    RELEASED = "released", _("posts no longer held")
    SUSPENDED = "suspended", _("suspended")
    READMITTED = "readmitted", _("readmitted")
    REMOVED = "removed", _("removed from the community")
    REVERTED = "reverted", _("put back as it was")
    LEFT = "left", _("looked at because it was flagged, and left as it is")


class Office(models.TextChoices):
    """In which role somebody acted."""

    FACILITATOR = "facilitator", _("a facilitator")
    STAFF = "staff", _("site staff")
    READERS = "readers", _("flags of several readers")


class ModerationActionQuerySet(models.QuerySet["ModerationAction"]):
    """Questions about what was done."""

    def visible_to(self, user: Reader) -> "ModerationActionQuerySet":
        """What was done where `user` facilitates, and to themselves; the log shows members more, without names."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self.all()
        return self.filter(Q(community__in=facilitated_by(user)) | Q(about=user.pk))

    def about_person(self, user: Reader) -> "ModerationActionQuerySet":
        """What was done to somebody or to what they wrote."""
        return self.filter(about=user.pk)


class ModerationAction(Dated):
    """A line of the log. The title and the passage are kept as they were, whatever becomes of the thing."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="moderation_actions")
    what = models.CharField(max_length=12, choices=What)
    kind = models.CharField(max_length=20)
    thing_id = models.BigIntegerField()
    title = models.CharField(max_length=200)
    url = models.CharField(max_length=300, blank=True)
    passage = models.TextField(blank=True)
    # What it became, where words were changed.
    after = models.TextField(blank=True)
    # What is needed for taking it back, no words of anybody's: the version before, the forum, the tags.
    kept = models.JSONField(default=dict, blank=True)
    about = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    office = models.CharField(max_length=12, choices=Office)
    # The point of the guidelines as it was worded then, or TIDYING.
    reason = models.CharField(max_length=500, blank=True)
    words = models.CharField(max_length=WORDS_LENGTH, blank=True)
    at = models.DateTimeField(default=timezone.now)
    # When it ends by itself, as a suspension may.
    until = models.DateTimeField(null=True, blank=True)
    # When the person was told by mail; null while they are still to be.
    told_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    objects = ModerationActionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["community", "at", "id"], name="moderation_log"),
            models.Index(fields=["about", "at", "id"], name="moderation_about"),
            models.Index(fields=["kind", "thing_id", "id"], name="moderation_by_thing"),
            models.Index(fields=["at"], name="moderation_to_tell", condition=Q(told_at=None)),
            models.Index(fields=["about"], name="moderation_unseen", condition=Q(seen_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.what}"

    def get_absolute_url(self) -> str:
        return reverse("moderation:told", args=[self.pk])

    @property
    def is_tidying(self) -> bool:
        """Whether it was done without anybody having broken a rule."""
        return self.reason == TIDYING

    @property
    def reason_in_words(self) -> str:
        """Why it was done, for a reader."""
        return str(_("Tidying up: no rule was broken")) if self.is_tidying else self.reason


class Objection(Dated):
    """What somebody says against what was done to them, and what another facilitator decided."""

    action = models.OneToOneField(ModerationAction, on_delete=models.CASCADE, related_name="objection")
    words = models.CharField(_("what you say to it"), max_length=WORDS_LENGTH)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    is_granted = models.BooleanField(null=True, blank=True)
    # Whether what was done could be taken back, where it was granted; null for those of before that was noted.
    is_taken_back = models.BooleanField(null=True, blank=True)
    answer = models.CharField(max_length=WORDS_LENGTH, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["decided_at"], name="objection_to_tell", condition=Q(told_at=None, decided_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action}: {self.words[:60]}"


class Restraint(Dated):
    """Somebody whose posts wait in one community until a facilitator approves them."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "user"], name="restraint_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.community}"
