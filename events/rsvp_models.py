"""Answers: who comes to an occurrence, who waits, who was there; and what those who answered are still to be told."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cop.base.models import Dated
from cop.notifications.models import Subscriber
from cop.notifications.tokens import new_token
from members.models import User


class Answer(models.TextChoices):
    """What somebody answered, and what became of it where places are few."""

    COMING = "coming", _("Coming")
    MAYBE = "maybe", _("Maybe")
    NOT = "not", _("Not coming")
    WAITING = "waiting", _("On the waiting list")
    OFFERED = "offered", _("A place is offered")


class Owed(models.TextChoices):
    """Which mail somebody is still to get about their own answer; a sweep sends it."""

    NOTHING = "", _("nothing")
    CONFIRM = "confirm", _("the button that makes the answer count")
    ANSWERED = "answered", _("what was answered, for the calendar")
    LEFT = "left", _("that it is off their calendar")
    OFFERED = "offered", _("that a place is kept for them")
    LAPSED = "lapsed", _("that the offered place went on")


class RsvpQuerySet(models.QuerySet["Rsvp"]):
    """Questions about answers."""

    def confirmed(self) -> "RsvpQuerySet":
        """Those that count: of users, and of addresses whose owner pressed the button in the mail."""
        return self.exclude(confirmed_at=None)

    def coming(self) -> "RsvpQuerySet":
        """Those of people who come."""
        return self.confirmed().filter(answer=Answer.COMING)

    def interested(self) -> "RsvpQuerySet":
        """Those of people who want to hear what changes: all but those who do not come."""
        return self.confirmed().exclude(answer=Answer.NOT)

    def waiting(self) -> "RsvpQuerySet":
        """Those who wait for a place, the first first."""
        return self.confirmed().filter(answer=Answer.WAITING).order_by("waiting_since", "pk")

    def to_come(self) -> "RsvpQuerySet":
        """Those for what is not over, what comes first first."""
        return self.filter(occurrence__ends_at__gt=timezone.now()).order_by("occurrence__starts_at", "pk")

    def that_were(self) -> "RsvpQuerySet":
        """Those for what is over, but for who did not come; the last first."""
        over = self.filter(occurrence__ends_at__lte=timezone.now()).exclude(answer=Answer.NOT)
        return over.order_by("-occurrence__starts_at", "-pk")

    def with_people(self) -> "RsvpQuerySet":
        """With the names of those who answered, in the same query."""
        return self.select_related("user__organisation", "subscriber")


class Rsvp(Dated):
    """One person's answer for one occurrence: a user's, or an outside reader's whose address is confirmed."""

    occurrence = models.ForeignKey("events.Occurrence", on_delete=models.CASCADE, related_name="rsvps")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="rsvps"
    )
    subscriber = models.ForeignKey(Subscriber, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=80, blank=True)
    answer = models.CharField(_("answer"), max_length=8, choices=Answer)
    guests = models.PositiveSmallIntegerField(_("guests"), default=0)
    line = models.CharField(_("a line to the host"), max_length=500, blank=True)
    # The secret of the links in this person's mails, and of the address that a calendar program answers to.
    token = models.CharField(max_length=43, unique=True, default=new_token)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(default=timezone.now)
    waiting_since = models.DateTimeField(null=True, blank=True)
    offered_until = models.DateTimeField(null=True, blank=True)
    reminds_day = models.BooleanField(_("a day before"), default=True)
    reminds_hour = models.BooleanField(_("an hour before"), default=True)
    owed = models.CharField(max_length=8, choices=Owed, blank=True, default=Owed.NOTHING)
    owed_at = models.DateTimeField(null=True, blank=True)
    checked_in_at = models.DateTimeField(null=True, blank=True)
    checked_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    took = models.CharField(_("what I take from it"), max_length=500, blank=True)
    # The last calendar answer that counted, so that an older one that comes late changes nothing.
    replied_sequence = models.IntegerField(default=-1)
    replied_at = models.DateTimeField(null=True, blank=True)

    objects = RsvpQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["occurrence", "user"], name="rsvp_of_user_once"),
            models.UniqueConstraint(fields=["occurrence", "subscriber"], name="rsvp_of_address_once"),
            models.CheckConstraint(
                condition=Q(user=None, subscriber__isnull=False) | Q(user__isnull=False, subscriber=None),
                name="rsvp_of_one_person",
            ),
        ]
        indexes = [
            models.Index(fields=["occurrence", "answer", "waiting_since"], name="rsvp_by_answer"),
            models.Index(fields=["owed_at"], name="rsvp_owed", condition=Q(owed_at__isnull=False)),
            models.Index(fields=["offered_until"], name="rsvp_offered", condition=Q(offered_until__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.shown_name}: {self.answer}"

    @property
    def shown_name(self) -> str:
        """How the host and others see this person."""
        return self.user.display_name if self.user else self.name

    @property
    def reader(self) -> User | None:
        """The user as whom this person reads; None for an address without an account."""
        return self.user or (self.subscriber.user if self.subscriber else None)

    @property
    def address(self) -> str:
        """Where this person's mail goes."""
        return self.user.email if self.user else self.subscriber.address if self.subscriber else ""

    @property
    def zone(self) -> str:
        """The time zone in which this person reads times."""
        return self.user.timezone if self.user else self.subscriber.timezone if self.subscriber else "UTC"

    @property
    def reads(self) -> str:
        """The language of this person's mails."""
        return self.user.language if self.user else self.subscriber.language if self.subscriber else "en"

    @property
    def is_coming(self) -> bool:
        """Whether it counts as a yes."""
        return self.answer == Answer.COMING and self.confirmed_at is not None

    @property
    def seats(self) -> int:
        """How many places it takes."""
        return 1 + self.guests


class Notice(models.Model):
    """What those who answered are to be told once a short while is over in which the host changes one thing more.

    `before` is what they know; an occurrence has one open notice at a time.
    """

    occurrence = models.ForeignKey("events.Occurrence", on_delete=models.CASCADE, related_name="notices")
    before = models.JSONField(default=dict)
    due_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["occurrence"], condition=Q(told_at=None), name="notice_open_once"),
        ]
        indexes = [models.Index(fields=["due_at"], name="notice_due", condition=Q(told_at=None))]

    def __str__(self) -> str:
        return f"{self.occurrence}: {self.due_at}"
