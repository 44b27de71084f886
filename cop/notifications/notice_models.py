"""Notifications: what somebody is told of, and why; the bell lists them, and mails are decided by them."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from cop.notifications.tag_models import CommunityTag
from members.audiences import Reader, readable_by
from members.blocking_models import is_blocked_by
from members.models import Community

if TYPE_CHECKING:
    from cop.notifications.notice_models import Notification as Row  # noqa: F401 - named in strings


class Reason(models.IntegerChoices):
    """Why somebody is told, the strongest first: of several reasons the smallest number is said."""

    MENTIONED = 1, _("You were mentioned")
    ANSWERED = 2, _("It answers you")
    COULD_HELP = 3, _("You may know about this")
    FOLLOWING = 4, _("You follow it")
    NEW = 5, _("New in the community")


# Said to somebody in person, whatever they follow.
PERSONAL = (Reason.MENTIONED, Reason.ANSWERED, Reason.COULD_HELP)


class MailState(models.TextChoices):
    """What was decided about a mail of its own."""

    OWED = "owed", _("It is mailed in a moment, unless it is read on the page first.")
    SENT = "sent", _("It was mailed.")
    READ = "read", _("It was read on the page before it was mailed.")
    ROUND_UP = "round-up", _("It comes with the next round-up, as chosen.")
    BEAT = "beat", _("It is told in the community's next beat.")
    MUTED = "muted", _("No mail was wanted about this.")
    HELD = "held", _("No mail could go out: paused, stopped, unreachable, or not allowed to read it.")
    NONE = "none", _("It is shown on the site alone.")


class NotificationQuerySet(models.QuerySet["Row"]):
    """Questions about notifications."""

    def visible_to(self, user: Reader) -> "NotificationQuerySet":
        """One's own, as far as `user` may read today what they are about, without what those did whom they blocked."""
        if not user.is_authenticated:
            return self.none()
        readable = readable_by(user, audience="activity__audience", community="activity__community")
        rows = self.filter(readable, user=user.pk, activity__withdrawn_at=None)
        return rows.exclude(is_blocked_by(user.pk, "activity__by"))

    def unread(self) -> "NotificationQuerySet":
        """Those that were not seen yet."""
        return self.filter(read_at=None)

    def about(self, kind: str, number: int) -> "NotificationQuerySet":
        """Those about one thing: a topic with all that is said in it, a post, an event."""
        return self.filter(about_kind=kind, about_id=number)


class Notification(models.Model):
    """Somebody is told of an activity, once, for the strongest reason there is."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications", db_index=False
    )
    activity = models.ForeignKey("notifications.Activity", on_delete=models.CASCADE, related_name="notifications")
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+", db_index=False)
    # What the bell groups by: that of the activity itself, or for a reply its topic.
    about_kind = models.CharField(max_length=20)
    about_id = models.BigIntegerField()
    reason = models.PositiveSmallIntegerField(choices=Reason)
    # The tag by which it is followed, where that alone brought it.
    tag = models.ForeignKey(
        CommunityTag,
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    mail = models.CharField(max_length=8, choices=MailState, default=MailState.OWED)
    mailing_id = models.BigIntegerField(null=True, blank=True)
    at = models.DateTimeField(default=now)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "activity"], name="notification_once")]
        indexes = [
            models.Index(fields=["user", "about_kind", "about_id"], name="notification_by_thing"),
            models.Index(fields=["user", "reason"], name="notification_unread", condition=Q(read_at=None)),
            models.Index(fields=["at"], name="notification_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} ← {self.activity_id}"

    @property
    def why(self) -> str:
        """The reason, for whoever is told."""
        if self.reason == Reason.FOLLOWING and self.tag:
            return _("You follow the tag “%(tag)s”") % {"tag": self.tag.name}
        return str(Reason(self.reason).label)
