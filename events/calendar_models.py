"""The calendar of a community, one's own, and the calendars elsewhere that a community takes events from."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cop.base.models import Dated
from members.audiences import Audience
from members.models import Community


class Schedulers(models.TextChoices):
    """Who may put events into a community's calendar."""

    FACILITATORS = "facilitators", _("Facilitators")
    MEMBERS = "members", _("All members")


class CommunityCalendar(models.Model):
    """One row for each community that has events: how often its calendar has changed, and who may write in it."""

    community = models.OneToOneField(Community, on_delete=models.CASCADE, related_name="calendar")
    schedulers = models.CharField(
        _("who may schedule events"), max_length=12, choices=Schedulers, default=Schedulers.FACILITATORS
    )
    # Counts every change that a calendar program would see.
    version = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.community)


class PersonalCalendar(models.Model):
    """What one user chose about events: the secret in the address of their feed, and when they are reminded."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=43, unique=True)
    reminds_day = models.BooleanField(_("a day before"), default=True)
    reminds_hour = models.BooleanField(_("an hour before"), default=True)

    def __str__(self) -> str:
        return str(self.user)


class ZoneSeen(models.Model):
    """A time zone as its rules were when occurrences were last made by them; governments change them now and then."""

    name = models.CharField(max_length=64, unique=True)
    rules = models.CharField(max_length=32)

    def __str__(self) -> str:
        return self.name


class CalendarSource(Dated):
    """A calendar elsewhere, by its address or by the name of a file, whose events a community takes over."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=200)
    url = models.URLField(_("address"), max_length=1000, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    # A file as it was handed in, until it has been read.
    content = models.BinaryField(default=bytes, blank=True)
    audience = models.CharField(max_length=12, choices=Audience, default=Audience.COMMUNITY)
    timezone = models.CharField(max_length=64, default="UTC")
    etag = models.CharField(max_length=300, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    # What the last reading came to, as it is shown: counts, and a sentence for each event that was not taken.
    report = models.JSONField(default=dict, blank=True)
    # What each event was when it was last read, by UID: what has not changed since is left alone.
    digests = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "url", "name"], name="calendar_source_once")]
        indexes = [models.Index(fields=["next_at"], name="calendar_source_due", condition=Q(next_at__isnull=False))]

    def __str__(self) -> str:
        return self.name
