"""Activities, and the addresses that get mail about them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from cop.base import addresses
from cop.base.models import Dated
from cop.notifications import (  # noqa: F401 — Django finds their models
    notice_models,
    policy_models,
    probe_models,
    rhythm_models,
    tag_models,
)
from cop.notifications.push import models as push_models  # noqa: F401
from cop.notifications.querysets import (
    ActivityQuerySet,
    ByHandQuerySet,
    SubscriberQuerySet,
    SubscriptionQuerySet,
)
from cop.notifications.tokens import new_token
from members.audiences import Audience
from members.fields import validate_timezone
from members.models import Community

MONDAY, SUNDAY = 0, 6
FIRST_HOUR, LAST_HOUR = 0, 23


class OfThing(models.Model):
    """A row about a thing that can be followed, of a kind that a higher floor registered."""

    thing_kind = models.CharField(max_length=20)
    thing_id = models.BigIntegerField()

    class Meta:
        abstract = True


class Activity(models.Model):
    """One line in a community's story: who did what to which thing, when, for which audience."""

    verb = models.CharField(max_length=20)
    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    title = models.CharField(max_length=300)
    url = models.CharField(max_length=500)
    summary = models.TextField(blank=True)
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="activities")
    audience = models.CharField(max_length=12, choices=Audience)
    thing_kind = models.CharField(max_length=20, blank=True)
    thing_id = models.BigIntegerField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=now)
    recorded_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    # The mailing that carried it to those who want each one; null where nothing was mailed.
    mailing_id = models.BigIntegerField(null=True, blank=True)
    noted_at = models.DateTimeField(null=True, blank=True)
    # When people were told of it (notifying); null while they are still to be.
    notified_at = models.DateTimeField(null=True, blank=True)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("activities")
        constraints = [models.UniqueConstraint(fields=["verb", "kind", "object_id"], name="activity_once")]
        indexes = [
            models.Index(fields=["community", "at", "id"]),
            models.Index(fields=["thing_kind", "thing_id", "id"]),
            models.Index(fields=["recorded_at"]),
            models.Index(fields=["id"], name="activity_unnoted", condition=Q(noted_at=None, mailing_id__isnull=False)),
            models.Index(fields=["id"], name="activity_to_notify", condition=Q(notified_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.title}"


class Subscriber(Dated):
    """An address that gets mail: a user's, or an outside reader's. Kept in small letters, its domain in ASCII."""

    address = models.CharField(_("e-mail address"), max_length=254, unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="subscribers"
    )
    token = models.CharField(max_length=43, unique=True, default=new_token)
    timezone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_timezone])
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="en")
    digest_weekday = models.PositiveSmallIntegerField(_("day"), default=MONDAY)
    digest_hour = models.PositiveSmallIntegerField(_("hour"), default=8)
    is_digest_together = models.BooleanField(_("all communities in one round-up"), default=True)
    # Between these hours of the reader's own clock nothing comes; null where mail may come at any time.
    quiet_from = models.PositiveSmallIntegerField(_("no mail from"), null=True, blank=True)
    quiet_to = models.PositiveSmallIntegerField(_("to"), null=True, blank=True)
    paused_until = models.DateTimeField(null=True, blank=True)
    suppressed_at = models.DateTimeField(null=True, blank=True)
    unreachable_at = models.DateTimeField(null=True, blank=True)
    hard_failures = models.PositiveSmallIntegerField(default=0)
    failed_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=300, blank=True)

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(address=Lower(F("address"))), name="subscriber_address_is_lower"),
            models.CheckConstraint(condition=Q(digest_weekday__lte=SUNDAY), name="subscriber_weekday"),
            models.CheckConstraint(condition=Q(digest_hour__lte=LAST_HOUR), name="subscriber_hour"),
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_to=None)
                | Q(quiet_from__lte=LAST_HOUR, quiet_to__lte=LAST_HOUR, quiet_from__isnull=False),
                name="subscriber_quiet_hours",
            ),
        ]

    def __str__(self) -> str:
        return self.address

    @property
    def shown(self) -> str:
        """The address as its owner would write it."""
        return addresses.shown(self.address)

    @property
    def masked(self) -> str:
        """The address so shortened that who knows it recognises it, and nobody else can write to it."""
        return addresses.masked(self.address)

    @property
    def is_paused(self) -> bool:
        """Whether mail is held until a later moment."""
        return self.paused_until is not None and self.paused_until > now()


class Pace(models.TextChoices):
    """How often a subscription is mailed."""

    EACH = "each", _("Each post, at once")
    BEAT = "beat", _("One short mail at each beat")
    DAILY = "daily", _("Once a day")
    WEEKLY = "weekly", _("Once a week")
    MUTED = "muted", _("No mail for now")


class State(models.TextChoices):
    """Where a subscription is in its life."""

    WAITING = "waiting", _("Waiting for confirmation")
    CONFIRMED = "confirmed", _("Confirmed")
    LEFT = "left", _("Left")


class How(models.TextChoices):
    """How somebody came to be asked."""

    FORM = "form", _("Entered on the page")
    LIST = "list", _("Added by a facilitator")
    ACCOUNT = "account", _("Signed in")
    NOTE = "note", _("Button in a note")


class Subscription(OfThing, Dated):
    """A subscriber follows a thing, at a pace. The token stands in the links of its mails."""

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="subscriptions")
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+")
    pace = models.CharField(_("pace"), max_length=8, choices=Pace, default=Pace.EACH)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    token = models.CharField(max_length=43, unique=True, default=new_token)

    consent_words = models.TextField(blank=True)
    consent_how = models.CharField(max_length=8, choices=How, default=How.FORM)
    consent_network = models.CharField(max_length=45, blank=True)
    confirmed_network = models.CharField(max_length=45, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField(default=now)
    reminded_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)

    # Everything of the thing up to this activity has been mailed, is owed, or was there before the reader came.
    mailed_up_to = models.BigIntegerField(default=0)
    # The activities after the one and up to the other are owed in a last digest, since the pace changed before it.
    owed_after = models.BigIntegerField(null=True, blank=True)
    owed_up_to = models.BigIntegerField(null=True, blank=True)
    digest_due_at = models.DateTimeField(null=True, blank=True)
    digest_mailing_id = models.BigIntegerField(null=True, blank=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "thing_kind", "thing_id"], name="subscription_once"),
        ]
        indexes = [
            models.Index(fields=["thing_kind", "thing_id", "state", "pace"]),
            models.Index(fields=["thing_kind", "thing_id", "created_at", "id"]),
            models.Index(
                fields=["digest_due_at"], name="subscription_digest_due", condition=Q(digest_due_at__isnull=False)
            ),
            models.Index(fields=["expires_at"], name="subscription_waiting", condition=Q(state="waiting")),
            models.Index(fields=["digest_mailing_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.subscriber} · {self.thing_kind} {self.thing_id}"

    @property
    def is_confirmed(self) -> bool:
        """Whether its owner said yes and has not left."""
        return self.state == State.CONFIRMED

    @property
    def is_expired(self) -> bool:
        """Whether it was never confirmed and no longer can be."""
        return self.state == State.WAITING and self.expires_at <= now()


class Change(models.TextChoices):
    """What can happen to a subscriber or a subscription."""

    ASKED = "asked", _("asked for")
    REMINDED = "reminded", _("reminded")
    CONFIRMED = "confirmed", _("confirmed")
    LEFT = "left", _("left")
    PACED = "paced", _("changed pace")
    PAUSED = "paused", _("paused")
    RESUMED = "resumed", _("went on")
    SUPPRESSED = "suppressed", _("asked never to be mailed again")
    ALLOWED = "allowed", _("allowed mail again")
    UNREACHABLE = "unreachable", _("could not be reached")
    REACHABLE = "reachable", _("could be reached again")


class SubscriptionEvent(models.Model):
    """What happened to a subscriber (`subscription` null) or to one subscription; counts and "why" read it."""

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="events")
    subscription = models.ForeignKey(Subscription, null=True, on_delete=models.CASCADE, related_name="events")
    what = models.CharField(max_length=12, choices=Change)
    detail = models.CharField(max_length=300, blank=True)
    # Of what was asked for or confirmed: the sentence that stood there, and the network that it came from.
    words = models.TextField(blank=True, default="", db_default="")
    network = models.CharField(max_length=45, blank=True, default="", db_default="")
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["subscription", "what", "at"]), models.Index(fields=["subscriber", "at"])]

    def __str__(self) -> str:
        return f"{self.subscriber} {self.what}"


class SubscriptionRequest(OfThing):
    """Somebody typed an address: kept until the answer is mailed, so that every answer page takes the same time."""

    address = models.CharField(max_length=254)
    words = models.TextField()
    network = models.CharField(max_length=45, blank=True)
    timezone = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"{self.address} · {self.thing_kind} {self.thing_id}"


class Digest(OfThing):
    """What one digest mailing held: the activities of a thing after `after_id` up to `up_to_id`."""

    mailing_id = models.BigIntegerField(unique=True)
    after_id = models.BigIntegerField()
    up_to_id = models.BigIntegerField()
    made_at = models.DateTimeField(default=now)

    class Meta:
        indexes = [models.Index(fields=["thing_kind", "thing_id", "up_to_id"])]

    def __str__(self) -> str:
        return f"{self.thing_kind} {self.thing_id}: {self.after_id}–{self.up_to_id}"


class ByHand(OfThing, Dated):
    """An address on the old distribution list that is kept beside a thing."""

    address = models.CharField(_("e-mail address"), max_length=254)
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+")
    token = models.CharField(max_length=43, unique=True, default=new_token)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    noted_at = models.DateTimeField(null=True, blank=True)
    note_mailing_id = models.BigIntegerField(null=True, blank=True)
    subscribed_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)

    objects = ByHandQuerySet.as_manager()

    class Meta:
        verbose_name = _("address still by hand")
        verbose_name_plural = _("addresses still by hand")
        constraints = [models.UniqueConstraint(fields=["thing_kind", "thing_id", "address"], name="by_hand_once")]
        indexes = [models.Index(fields=["address"]), models.Index(fields=["note_mailing_id"])]

    def __str__(self) -> str:
        return self.address
