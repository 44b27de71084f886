"""What needs care in a community, and what was done about it."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from cop.base.models import Dated
from cop.moderation import (
    action_models,  # noqa: F401 — Django finds the models of what was done here
    flag_models,  # noqa: F401 — and of flags
    kinds,
    policy_models,  # noqa: F401 — and of what was agreed on
)
from members.audiences import Reader, facilitated_by
from members.models import Community, Membership

# Who takes a case and then does nothing gives it back without a word.
CLAIM_LASTS = timedelta(minutes=10)


class CaseQuerySet(models.QuerySet["Case"]):
    """Questions about cases."""

    def visible_to(self, user: Reader) -> "CaseQuerySet":
        """Those of communities that `user` facilitates; all of them for site staff."""
        if not user.is_authenticated:
            return self.none()
        return self if user.is_staff else self.filter(community__in=facilitated_by(user))

    def open(self) -> "CaseQuerySet":
        """Those that wait for somebody."""
        return self.filter(settled_at=None)

    def for_decider(self, user: Reader) -> "CaseQuerySet":
        """Those that `user` may decide about: nobody decides about their own things, or about what they did."""
        return self.exclude(done_by=user.pk).exclude(kind__in=kinds.personal(), about=user.pk)

    def left_to_staff(self) -> "CaseQuerySet":
        """Open ones that concern all who facilitate, so that only site staff are left to decide."""
        concerned = [Coalesce(OuterRef(name), 0) for name in ("about_id", "done_by_id")]
        others = (
            Membership.objects.active().facilitating().filter(community=OuterRef("community"), user__is_active=True)
        )
        others = others.exclude(user_id=concerned[0]).exclude(user_id=concerned[1])
        return self.open().filter(~Exists(others), kind__in=kinds.personal())

    def claimable_by(self, user: Reader) -> "CaseQuerySet":
        """Those that nobody else has in hand."""
        lapsed = Q(claimed_at__lt=timezone.now() - CLAIM_LASTS)
        return self.open().filter(Q(claimed_by=None) | Q(claimed_by=user.pk) | lapsed)


class Case(Dated):
    """A thing that waits until a facilitator looks at it. There is one open case for each thing and kind."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="cases")
    # What waits, as in cop.moderation.kinds, and which one.
    kind = models.CharField(max_length=20)
    thing_id = models.BigIntegerField()
    # Whose it is, or whom it is about.
    about = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # Who did what somebody objects to: they do not decide either.
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    since = models.DateTimeField(default=timezone.now)
    # What weighs less is further down: 1 cannot wait, 3 can.
    weight = models.PositiveSmallIntegerField(default=2)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    claimed_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # The name of the decision, or of what settled it by itself.
    outcome = models.CharField(max_length=20, blank=True)
    # When facilitators were told of it by mail.
    told_at = models.DateTimeField(null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "thing_id"], condition=Q(settled_at=None), name="case_open_once"),
        ]
        indexes = [
            models.Index(fields=["community", "weight", "since", "id"], name="case_open", condition=Q(settled_at=None)),
            models.Index(fields=["community", "kind", "since"], name="case_by_kind", condition=Q(settled_at=None)),
            models.Index(fields=["kind", "thing_id", "id"], name="case_by_thing"),
            models.Index(fields=["about", "community"], name="case_about"),
            models.Index(fields=["created_at"], name="case_untold", condition=Q(settled_at=None, told_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.thing_id}"

    def get_absolute_url(self) -> str:
        return reverse("moderation:case", args=[self.community.slug, self.pk])

    @property
    def is_settled(self) -> bool:
        """Whether nothing is to be decided any more."""
        return self.settled_at is not None

    def concerns(self, user: Reader) -> bool:
        """Whether it is about `user`, or about what they did, so that somebody else decides."""
        return user.is_authenticated and (
            self.done_by_id == user.pk or (self.kind in kinds.personal() and self.about_id == user.pk)
        )

    def is_held_by_another(self, user: Reader) -> bool:
        """Whether somebody else has it in hand at this moment."""
        if self.claimed_by_id in (None, user.pk) or self.claimed_at is None:
            return False
        return self.claimed_at >= timezone.now() - CLAIM_LASTS
