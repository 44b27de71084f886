"""Invitations into a community: to one person by e-mail, and by a link that several may use."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cop.base.models import Dated
from members.roles import Role


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Questions about invitations."""

    def open(self) -> "InvitationQuerySet":
        """Those that can still be answered."""
        return self.unanswered().filter(expires_at__gt=timezone.now())

    def with_asker(self) -> "InvitationQuerySet":
        """With who asks into what, in the same query."""
        return self.select_related("community", "invited_by")

    def unanswered(self) -> "InvitationQuerySet":
        """Those neither accepted, declined nor withdrawn; perhaps they have expired."""
        return self.filter(accepted_at=None, declined_at=None, withdrawn_at=None)


class Invitation(Dated):
    """Somebody asked into a community by e-mail, with an account or not yet."""

    community = models.ForeignKey("members.Community", on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.MEMBER)
    message = models.TextField(_("a line to them"), max_length=500, blank=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    token = models.CharField(max_length=43, unique=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    # Null while it waits to be mailed.
    sent_at = models.DateTimeField(null=True, blank=True)
    # From one person to another: whoever decides who comes in still does.
    is_personal = models.BooleanField(default=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "community",
                Lower("email"),
                condition=Q(accepted_at=None, declined_at=None, withdrawn_at=None),
                name="invitation_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.community}"

    @property
    def is_open(self) -> bool:
        """Whether it can still be answered."""
        answered = self.accepted_at or self.declined_at or self.withdrawn_at
        return answered is None and not self.is_expired

    @property
    def is_expired(self) -> bool:
        """Whether its time is over; it can be sent again."""
        return self.expires_at <= timezone.now()


class OpenInvitation(Dated):
    """A link by which so many people come in until a day; whoever holds it may use it."""

    community = models.ForeignKey("members.Community", on_delete=models.CASCADE, related_name="open_invitations")
    token = models.CharField(max_length=43, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    uses_most = models.PositiveIntegerField(_("for how many people"), default=25)
    uses = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["community", "id"])]

    def __str__(self) -> str:
        return f"{self.community} ({self.uses}/{self.uses_most})"

    @property
    def is_open(self) -> bool:
        """Whether somebody can still come in by it."""
        return self.withdrawn_at is None and self.uses < self.uses_most and self.expires_at > timezone.now()
