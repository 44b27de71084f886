"""Users, communities and who belongs where."""

from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Lower
from django.db.models.lookups import IsNull
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from cop.base.models import Dated

# Django finds their models here.
from members import closing_models, export_models, invitation_models, profile_models, standing_models  # noqa: F401
from members.audiences import Audience, Reader, readable_by, roles_of
from members.blocking_models import Block as Block
from members.fields import validate_accent, validate_display_name, validate_slug, validate_timezone
from members.organisation_models import Organisation as Organisation
from members.profile_models import Seen
from members.roles import Role
from members.sign_up_models import HeldSignUp as HeldSignUp


class UserManager(BaseUserManager["User"]):
    """Makes users; addresses are compared without regard to case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a user; the display name is the address's local part unless given."""
        fields.setdefault("display_name", email.split("@")[0])
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a user who may use the admin pages."""
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def visible_to(self, reader: Reader) -> "models.QuerySet[User]":
        """People whom `reader` may know of: who shares a community with them, and who shows themselves to more."""
        people = self.get_queryset().filter(is_active=True)
        if not reader.is_authenticated:
            return people.filter(profile__known_to=Seen.EVERYBODY)
        people = people.annotate(is_sharing=shares_a_community_with(reader))
        if reader.is_staff:
            return people
        wide = Q(profile__known_to__in=[Seen.EVERYBODY, Seen.SIGNED_IN])
        return people.filter(Q(is_sharing=True) | wide | Q(pk=reader.pk))


class User(AbstractBaseUser, PermissionsMixin, Dated):
    """An account; signs in by e-mail address."""

    email = models.EmailField(_("e-mail address"), unique=True)
    display_name = models.CharField(
        _("name"), max_length=80, validators=[validate_display_name], help_text=_("How others here see you.")
    )
    timezone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_timezone])
    # The zone is the browser's guess until then.
    has_confirmed_timezone = models.BooleanField(default=False)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="en")
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), null=True, blank=True, on_delete=models.SET_NULL
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(_("site staff"), default=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]
        indexes = [models.Index(fields=["display_name", "id"], name="user_by_name")]

    def __str__(self) -> str:
        return self.display_name

    def get_absolute_url(self) -> str:
        return reverse(settings.PERSON_URL, args=[self.pk])

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name


class Tool(models.TextChoices):
    """What a community can switch on."""

    BLOGS = "blogs", _("Blogs")
    DISCUSSIONS = "discussions", _("Discussions")
    EVENTS = "events", _("Events")


class JoinRule(models.TextChoices):
    """How a signed-in user becomes a member."""

    OPEN = "open", _("Everybody who is signed in can join")
    REQUEST = "request", _("Joining is asked for; a facilitator decides")
    INVITATION = "invitation", _("Only by invitation")


class Stage(models.TextChoices):
    """Where a community is in its life."""

    FORMING = "forming", _("Forming")
    FIRST_BEATS = "first-beats", _("First beats")
    STEADY = "steady", _("Steady")
    RESTING = "resting", _("Resting")
    CLOSING = "closing", _("Closing")


class CommunityQuerySet(models.QuerySet["Community"]):
    """Questions about communities."""

    def visible_to(self, user: Reader) -> "CommunityQuerySet":
        """Those that `user` may know of."""
        return self.filter(readable_by(user, community="pk"))

    def alive(self) -> "CommunityQuerySet":
        """Those that are not archived."""
        return self.filter(archived_at=None)


def default_tools() -> list[str]:
    return [Tool.DISCUSSIONS, Tool.BLOGS]


class Community(Dated):
    """A group of people who share a practice."""

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(
        _("address"),
        max_length=50,
        unique=True,
        validators=[validate_slug],
        help_text=_("The last part of its address."),
    )
    purpose = models.TextField(
        _("purpose"), max_length=2000, help_text=_("What this community is for, in a few sentences.")
    )
    pressing_issue = models.TextField(
        _("most pressing issue"), max_length=1000, blank=True, help_text=_("What it works on first.")
    )
    accent = models.CharField(_("accent colour"), max_length=7, default="#2f6f5e", validators=[validate_accent])
    logo = models.FileField(_("logo"), upload_to="logos/%Y/%m/", blank=True)
    audience = models.CharField(_("who may read it"), max_length=12, choices=Audience, default=Audience.PUBLIC)
    join_rule = models.CharField(_("how people join"), max_length=10, choices=JoinRule, default=JoinRule.OPEN)
    tools = models.JSONField(_("tools"), default=default_tools)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="en")
    place = models.CharField(
        _("place"), max_length=120, blank=True, help_text=_("A town, a country or a region, where that matters.")
    )
    tags = TaggableManager(_("tags"), blank=True)
    # Part of another one; who may read either is no matter of the other's.
    parent = models.ForeignKey(
        "self", verbose_name=_("part of"), null=True, blank=True, on_delete=models.SET_NULL, related_name="children"
    )
    stage = models.CharField(_("stage"), max_length=12, choices=Stage, default=Stage.FORMING)
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)

    objects = CommunityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("communities")
        ordering = ("name",)
        constraints = [
            models.CheckConstraint(condition=~Q(audience=Audience.FACILITATORS), name="community_has_readers"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse(settings.COMMUNITY_HOME_URL, args=[self.slug])

    @property
    def is_archived(self) -> bool:
        """Whether it is kept for reading only."""
        return self.archived_at is not None


class MembershipState(models.TextChoices):
    """Where a membership is in its life."""

    INVITED = "invited", _("Invited")
    REQUESTED = "requested", _("Asked to join")
    ACTIVE = "active", _("Active")
    LEFT = "left", _("Left")
    SUSPENDED = "suspended", _("Suspended")


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Questions about memberships."""

    def active(self) -> "MembershipQuerySet":
        """Those that count today, of users who may sign in."""
        return self.filter(state=MembershipState.ACTIVE, user__is_active=True)

    def facilitating(self) -> "MembershipQuerySet":
        """Those of facilitators."""
        return self.filter(role=Role.FACILITATOR)

    def taking_part(self) -> "MembershipQuerySet":
        """Those active ones that may write: sponsors read, and so does who stepped back."""
        return self.active().filter(role__in=[Role.MEMBER, Role.FACILITATOR], stepped_back_at=None)

    def with_people(self) -> "MembershipQuerySet":
        """Those of users who may sign in, with what a list shows of each in the same query."""
        return self.filter(user__is_active=True).select_related("user__organisation", "user__profile")

    def listed_to(self, user: "User") -> "MembershipQuerySet":
        """Those of people who stand in directories, and one's own."""
        return self.filter(Q(user__profile=None) | Q(user__profile__is_unlisted=False) | Q(user=user))

    def requested(self) -> "MembershipQuerySet":
        """Those that wait for a facilitator's answer."""
        return self.filter(state=MembershipState.REQUESTED)


class Membership(Dated):
    """A user in a community, with a role and a state."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.MEMBER)
    state = models.CharField(_("state"), max_length=10, choices=MembershipState, default=MembershipState.ACTIVE)
    joined_at = models.DateTimeField(_("joined at"), default=timezone.now)
    # What somebody who asks to join would like to solve.
    request_line = models.CharField(max_length=500, blank=True)
    suspended_until = models.DateTimeField(null=True, blank=True)
    # Reads, and gets one letter a month; null for who takes part.
    stepped_back_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "community"], name="membership_once")]
        indexes = [
            models.Index(fields=["community", "state", "role"]),
            models.Index(fields=["community", "joined_at", "id"], name="membership_by_joining"),
            models.Index(
                fields=["suspended_until"], name="membership_to_readmit", condition=Q(suspended_until__isnull=False)
            ),
            models.Index(fields=["updated_at"], name="membership_asked", condition=Q(state="requested")),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.community}"


def shares_a_community_with(reader: Reader) -> IsNull:
    """Give the condition, over users, that they belong to one of the communities that `reader` belongs to.

    Not an EXISTS: PostgreSQL would look up all members of all those communities first, for the fifty on a page.
    """
    theirs = Membership.objects.filter(user=OuterRef("pk"), state=MembershipState.ACTIVE)
    return IsNull(Subquery(theirs.filter(community__in=list(roles_of(reader))).values("pk")[:1]), False)
