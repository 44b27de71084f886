"""Events, and the occurrences they come to: what is shown, counted and answered is always an occurrence."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from cop.base.models import Dated
from cop.files.models import File
from cop.markup.fields import HtmlField
from discussions.models import Topic
from events import (
    calendar_models,
    moments,
    poll_models,  # noqa: F401 — Django finds the models of date polls here
    rsvp_models,  # noqa: F401 — and those of answers
)
from members.audiences import Audience, Reader, facilitated_by, readable_by
from members.fields import validate_timezone
from members.models import Community

# Nothing here lasts longer: so a month's page looks at rows that begin at most that long before it.
LONGEST = timedelta(days=62)


def new_uid() -> str:
    """Give the name under which every calendar program in the world knows one event (RFC 5545, 3.8.4.7)."""
    return f"{secrets.token_hex(16)}@{settings.SITE_HOST}"


class Kind(models.TextChoices):
    """What sort of coming together it is."""

    MEETING = "meeting", _("Meeting")
    WORKSHOP = "workshop", _("Workshop")
    WEBINAR = "webinar", _("Webinar")
    TRAINING = "training", _("Training")
    VISIT = "visit", _("Visit")
    OTHER = "other", _("Something else")


class EventState(models.TextChoices):
    """Where an event is in its life."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    CANCELLED = "cancelled", _("Cancelled")


class Answerers(models.TextChoices):
    """Who may answer whether they come."""

    MEMBERS = "members", _("Members of the community")
    READERS = "readers", _("Everybody who may read it")


class EventQuerySet(models.QuerySet["Event"]):
    """Questions about events."""

    def visible_to(self, user: Reader) -> "EventQuerySet":
        """Those whose audience `user` belongs to; drafts and hidden ones as `shown_to` says."""
        return self.filter(readable_by(user) & shown_to(user))

    def told(self) -> "EventQuerySet":
        """Those that are no drafts; cancelled and hidden ones too."""
        return self.exclude(state=EventState.DRAFT)

    def standing(self) -> "EventQuerySet":
        """Those that were told and are not hidden, cancelled ones too."""
        return self.told().filter(hidden_at=None)


def shown_to(user: Reader, prefix: str = "") -> Q:
    """Give the condition under which an event shows: what is told and not hidden to its whole audience.

    A draft shows to who wrote it, a hidden event to its hosts too; both to facilitators.
    """
    told = ~Q(**{f"{prefix}state": EventState.DRAFT})
    standing = told & Q(**{f"{prefix}hidden_at": None})
    if not user.is_authenticated:
        return standing
    if user.is_staff:
        return Q()
    own = Q(**{f"{prefix}created_by": user.pk})
    if facilitated := facilitated_by(user):
        own |= Q(**{f"{prefix}community__in": facilitated})
    hosted = Event.hosts.through.objects.filter(user=user.pk).values("event")
    return standing | own | (told & Q(**{f"{prefix}pk__in": hosted}))


class Event(Dated):
    """Something to come to, once or again and again; times are those of the clocks where it takes place."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="events")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    hosts = models.ManyToManyField(settings.AUTH_USER_MODEL, verbose_name=_("hosts"), related_name="+", blank=True)
    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.MEETING)
    body = models.TextField(_("what for"), blank=True)
    body_html = HtmlField(blank=True)
    text = models.TextField(blank=True)
    markup_version = models.PositiveSmallIntegerField(default=0)
    language = models.CharField(_("language"), max_length=10, blank=True, help_text=_("What is spoken there."))
    cover = models.ForeignKey(File, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    tags = TaggableManager(_("tags"), blank=True)

    timezone = models.CharField(_("time zone"), max_length=64, validators=[validate_timezone])
    first_day = models.DateField(_("first day"))
    first_time = models.TimeField(_("from"), null=True, blank=True)
    last_day = models.DateField(_("last day"))
    last_time = models.TimeField(_("until"), null=True, blank=True)
    # RFC 5545: the rule alone, without "RRULE:"; slots that are left out, and slots that come on top.
    rule = models.CharField(max_length=500, blank=True)
    left_out = models.JSONField(default=list, blank=True)
    added = models.JSONField(default=list, blank=True)
    # Up to where occurrences have been made; null where there are no more to come.
    made_until = models.DateTimeField(null=True, blank=True)
    continues = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    place = models.CharField(_("place"), max_length=200, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    map_url = models.URLField(_("link to a map"), max_length=500, blank=True)
    join_url = models.URLField(_("link to join"), max_length=500, blank=True)
    # How many minutes before the start it is shown to those who come; null: at once.
    join_minutes = models.PositiveIntegerField(null=True, blank=True)
    cost_note = models.CharField(_("costs"), max_length=300, blank=True)
    accessibility_note = models.CharField(_("accessibility"), max_length=500, blank=True)

    audience = models.CharField(_("who may read it"), max_length=12, choices=Audience, default=Audience.COMMUNITY)
    answerers = models.CharField(_("who may answer"), max_length=8, choices=Answerers, default=Answerers.MEMBERS)
    capacity = models.PositiveIntegerField(_("places"), null=True, blank=True)
    has_waiting_list = models.BooleanField(_("with a waiting list"), default=True)
    offer_hours = models.PositiveSmallIntegerField(_("a freed place is kept for"), default=24)
    guests_most = models.PositiveSmallIntegerField(_("guests that one may bring"), default=0)

    state = models.CharField(_("state"), max_length=10, choices=EventState, default=EventState.DRAFT)
    published_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(_("reason"), max_length=500, blank=True)
    # Facilitators, or flags, have hidden it since this moment.
    hidden_at = models.DateTimeField(null=True, blank=True)
    # The members are still to be invited by mail, since this moment.
    invites_since = models.DateTimeField(null=True, blank=True)
    uid = models.CharField(max_length=255, default=new_uid)
    sequence = models.PositiveIntegerField(default=0)
    # Counts every saved change: who saves over a version that is no longer the newest is asked to look first.
    version = models.PositiveIntegerField(default=0)
    source = models.ForeignKey(
        calendar_models.CalendarSource, null=True, blank=True, on_delete=models.SET_NULL, related_name="events"
    )
    # What calendars are given of it, made once when it is saved: a feed is these, one after the other.
    ical = models.TextField(blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "uid"], name="event_uid_once"),
            models.CheckConstraint(condition=Q(last_day__gte=models.F("first_day")), name="event_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(first_time=None, last_time=None) | Q(first_time__isnull=False, last_time__isnull=False),
                name="event_has_both_times",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "state", "id"], name="event_by_community"),
            models.Index(fields=["invites_since"], name="event_to_invite", condition=Q(invites_since__isnull=False)),
            models.Index(fields=["made_until"], name="event_to_go_on", condition=Q(made_until__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("events:event", args=[self.community.slug, self.pk])

    @property
    def is_all_day(self) -> bool:
        """Whether it is about days, not hours."""
        return self.first_time is None

    @property
    def starts(self) -> datetime:
        """The wall time at which it first begins."""
        return moments.wall(self.first_day, self.first_time)

    @property
    def length(self) -> timedelta:
        """How long it lasts by the clock; of whole days the last one is included."""
        if self.is_all_day:
            return self.last_day - self.first_day + timedelta(days=1)
        return moments.wall(self.last_day, self.last_time) - self.starts

    @property
    def is_recurring(self) -> bool:
        """Whether it may take place more than once."""
        return bool(self.rule or self.added)

    @property
    def is_draft(self) -> bool:
        """Whether nobody was told yet."""
        return self.state == EventState.DRAFT

    @property
    def is_hidden(self) -> bool:
        """Whether only hosts and facilitators see it."""
        return self.hidden_at is not None

    @property
    def is_cancelled(self) -> bool:
        """Whether it does not take place at all."""
        return self.state == EventState.CANCELLED


class OccurrenceQuerySet(models.QuerySet["Occurrence"]):
    """Questions about occurrences."""

    def visible_to(self, user: Reader) -> "OccurrenceQuerySet":
        """Those of events that `user` may see."""
        readable = readable_by(user, audience="event__audience", community="community")
        return self.filter(readable & shown_to(user, "event__"))

    def told(self) -> "OccurrenceQuerySet":
        """Those of events that are no drafts and not hidden."""
        return self.exclude(event__state=EventState.DRAFT).filter(event__hidden_at=None)

    def taking_place(self) -> "OccurrenceQuerySet":
        """Those that are told, not hidden and not cancelled, neither alone nor with their event."""
        return self.filter(event__state=EventState.PUBLISHED, event__hidden_at=None, cancelled_at=None)

    def between(self, start: datetime, end: datetime) -> "OccurrenceQuerySet":
        """Those that are going on at some moment from `start` up to `end`."""
        return self.filter(starts_at__gte=start - LONGEST, starts_at__lt=end, ends_at__gt=start)

    def coming(self, at: datetime | None = None) -> "OccurrenceQuerySet":
        """Those that are not over."""
        at = at or timezone.now()
        return self.filter(starts_at__gte=at - LONGEST, ends_at__gt=at)

    def over(self, at: datetime | None = None) -> "OccurrenceQuerySet":
        """Those that are over."""
        return self.filter(ends_at__lte=at or timezone.now())

    def with_events(self) -> "OccurrenceQuerySet":
        """With what a list shows of each, in the same query."""
        return self.select_related("event__community").defer("event__body", "event__body_html", "event__ical")


class Occurrence(Dated):
    """One time that an event takes place: with a moment of its own, and whatever differs from the others."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="occurrences")
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+")
    slot = models.CharField(max_length=15)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    # Its time was changed alone: it stays where it was put when the series moves.
    is_moved = models.BooleanField(default=False)
    # Where it was put, as wall times of the event's zone (written as slots are): they stay when that zone changes its
    # rules. Empty for a moment that no wall time says, such as the second half past two in the night of a change.
    own_starts = models.CharField(max_length=15, blank=True, default="", db_default="")
    own_ends = models.CharField(max_length=15, blank=True, default="", db_default="")
    own_title = models.CharField(_("title"), max_length=200, blank=True)
    own_place = models.CharField(_("place"), max_length=200, blank=True)
    own_join_url = models.URLField(_("link to join"), max_length=500, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(_("reason"), max_length=500, blank=True)

    notes = models.TextField(_("notes"), blank=True)
    notes_html = HtmlField(blank=True)
    recording_url = models.URLField(_("link to the recording"), max_length=500, blank=True)
    asked_after_at = models.DateTimeField(null=True, blank=True)
    # What people say about it: before, and after.
    topic = models.OneToOneField(Topic, null=True, blank=True, on_delete=models.SET_NULL, related_name="occurrence")

    # Places taken by those who come, with their guests, and those offered: kept true under this row's lock.
    taken = models.PositiveIntegerField(default=0)
    # Under which names calendar programs know it since the first invitation, whatever becomes of the series.
    uid = models.CharField(max_length=255, blank=True)
    recurrence_id = models.CharField(max_length=15, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    # Secret, for the page that people open at the door.
    check_in_key = models.CharField(max_length=43, blank=True)
    # For which start those who come have been reminded: a day before, and an hour.
    reminded_day_for = models.DateTimeField(null=True, blank=True)
    reminded_hour_for = models.DateTimeField(null=True, blank=True)

    objects = OccurrenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "slot"], name="occurrence_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=models.F("starts_at")), name="occurrence_lasts"),
        ]
        indexes = [
            models.Index(fields=["community", "starts_at", "id"], name="occurrence_by_community"),
            models.Index(fields=["starts_at"], name="occurrence_by_start"),
            models.Index(fields=["ends_at"], name="occurrence_to_ask", condition=Q(asked_after_at=None)),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("events:occurrence", args=[self.event.community.slug, self.event_id, self.pk])

    @property
    def title(self) -> str:
        """Its own title, or its event's."""
        return self.own_title or self.event.title

    @property
    def place(self) -> str:
        """Where it is."""
        return self.own_place or self.event.place

    @property
    def address(self) -> str:
        """The address of the place, unless it was moved elsewhere."""
        return "" if self.own_place else self.event.address

    @property
    def join_url(self) -> str:
        """Where one joins from afar."""
        return self.own_join_url or self.event.join_url

    @property
    def is_cancelled(self) -> bool:
        """Whether it does not take place."""
        return self.cancelled_at is not None or self.event.is_cancelled

    @property
    def reason(self) -> str:
        """Why it does not take place."""
        return self.cancel_reason if self.cancelled_at else self.event.cancel_reason

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.ends_at <= timezone.now()

    @property
    def starts(self) -> datetime:
        """The wall time at which it begins, where it takes place."""
        return moments.to_wall(self.starts_at, self.event.timezone)

    @property
    def ends(self) -> datetime:
        """The wall time at which it ends; of whole days, the beginning of the last one."""
        end = moments.to_wall(self.ends_at, self.event.timezone)
        return end - timedelta(days=1) if self.event.is_all_day else end

    @property
    def free(self) -> int | None:
        """How many places are left; None where there is no limit."""
        return None if self.event.capacity is None else max(0, self.event.capacity - self.taken)

    @property
    def is_full(self) -> bool:
        """Whether no place is left."""
        return self.free == 0
