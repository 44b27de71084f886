"""The rhythm of a community: when its short mails go out, what each of them was, and the seasons they belong to."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from cop.base.models import Dated
from cop.markup.fields import HtmlField
from members.fields import validate_timezone
from members.models import Community

SUNDAY = 6
LAST_HOUR = 23


class Weekday(models.IntegerChoices):
    """Days, counted from Monday."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class RhythmQuerySet(models.QuerySet["Rhythm"]):
    """Questions about rhythms."""

    def due(self, at: datetime) -> "RhythmQuerySet":
        """Those with a beat whose moment has come, of communities that are not archived."""
        return self.filter(is_on=True, next_at__lte=at, community__archived_at=None)


class Rhythm(Dated):
    """When a community's short mails go out; `next_at` is the moment of the next one, null where there is none."""

    community = models.OneToOneField(Community, on_delete=models.CASCADE, related_name="rhythm")
    timezone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_timezone])
    is_on = models.BooleanField(_("send the beats"), default=True)
    next_at = models.DateTimeField(null=True, blank=True)

    objects = RhythmQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["next_at"], name="rhythm_due", condition=Q(is_on=True))]

    def __str__(self) -> str:
        return f"{self.community}"

    @property
    def zone(self) -> ZoneInfo:
        """The zone whose clock the beats follow."""
        return ZoneInfo(self.timezone)


class BeatSlot(Dated):
    """A beat that comes back each week, at an hour of a day by the clock of the community's zone."""

    rhythm = models.ForeignKey(Rhythm, on_delete=models.CASCADE, related_name="slots")
    weekday = models.PositiveSmallIntegerField(_("day"), choices=Weekday)
    hour = models.PositiveSmallIntegerField(_("hour"), default=9)
    name = models.CharField(_("name"), max_length=60, help_text=_("What people call it: “Monday round”."))
    # Empty: all that are registered.
    sections = models.JSONField(_("what it lists"), default=list, blank=True)
    next_line = models.TextField(
        _("a line of your own for the next one"),
        max_length=500,
        blank=True,
        help_text=_("Stands above the list in the next mail of this beat, once."),
    )

    class Meta:
        ordering = ("weekday", "hour", "pk")
        constraints = [
            models.UniqueConstraint(fields=["rhythm", "weekday", "hour"], name="beat_slot_once"),
            models.CheckConstraint(condition=Q(weekday__lte=SUNDAY), name="beat_slot_weekday"),
            models.CheckConstraint(condition=Q(hour__lte=LAST_HOUR), name="beat_slot_hour"),
        ]

    def __str__(self) -> str:
        return self.name


class Season(Dated):
    """A named run of beats, each with a prompt, and what the run is about."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="seasons")
    name = models.CharField(_("name"), max_length=80)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    about = models.TextField(
        _("what it is about"), max_length=5000, blank=True, help_text=_("With links to its topics and events.")
    )
    about_html = HtmlField(blank=True)

    class Meta:
        ordering = ("-first_day", "-pk")
        constraints = [models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="season_ends_after")]

    def __str__(self) -> str:
        return self.name


class SeasonPrompt(models.Model):
    """What people are asked to do in a beat of a season: "Monday ask"."""

    season = models.ForeignKey(Season, on_delete=models.CASCADE, related_name="prompts")
    slot = models.ForeignKey(BeatSlot, on_delete=models.CASCADE, related_name="prompts")
    text = models.CharField(_("prompt"), max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["season", "slot"], name="season_prompt_once")]

    def __str__(self) -> str:
        return self.text


class Rest(models.Model):
    """Days on which a community's beats are left out, the last one included."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="rests")
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    note = models.CharField(_("why"), max_length=120, blank=True)

    class Meta:
        ordering = ("first_day", "pk")
        constraints = [models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="rest_ends_after")]

    def __str__(self) -> str:
        return self.note


class BeatState(models.TextChoices):
    """What became of a beat."""

    SENT = "sent", _("Sent")
    QUIET = "quiet", _("Quiet: there was nothing to tell")
    SKIPPED = "skipped", _("Left out")
    ELSEWHERE = "elsewhere", _("Happened elsewhere")


class BeatQuerySet(models.QuerySet["Beat"]):
    """Questions about beats."""

    def kept(self) -> "BeatQuerySet":
        """Those that count for the pulse: something went out, or people met elsewhere."""
        return self.filter(state__in=[BeatState.SENT, BeatState.ELSEWHERE])

    def begun(self) -> "BeatQuerySet":
        """Those whose moment was looked at in time."""
        return self.filter(state__in=[BeatState.SENT, BeatState.QUIET])


class Beat(models.Model):
    """One moment of the rhythm, and what became of it; or a meeting elsewhere that somebody noted."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="beats")
    slot = models.ForeignKey(BeatSlot, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    season = models.ForeignKey(Season, null=True, blank=True, on_delete=models.SET_NULL, related_name="beats")
    name = models.CharField(max_length=120)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=BeatState)
    reason = models.CharField(max_length=200, blank=True)
    line = models.TextField(blank=True)
    prompt = models.CharField(max_length=200, blank=True)
    # What was recorded up to here was listed in this beat or an earlier one.
    covers_until = models.DateTimeField()
    readers = models.PositiveIntegerField(default=0)
    happened = models.TextField(
        _("what happened"), max_length=500, blank=True, help_text=_("One line for those who missed it.")
    )
    happened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField(default=now)

    objects = BeatQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["community", "due_at", "id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["community", "due_at"], condition=~Q(state="elsewhere"), name="beat_of_a_moment_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name
