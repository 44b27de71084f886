"""What can be asked about activities, subscribers and subscriptions."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from cop.base.tags import bearing
from cop.notifications import concerning
from cop.notifications.quiet_hours import due_at
from cop.notifications.tag_models import TAG
from members.audiences import Audience, Reader, readable_by
from members.blocking_models import is_blocked_by
from members.models import Membership, MembershipState

if TYPE_CHECKING:
    from cop.notifications.followables import Thing
    from cop.notifications.models import Activity, ByHand, Subscriber, Subscription  # noqa: F401 - named in strings


class ActivityQuerySet(models.QuerySet["Activity"]):
    """Questions about the community's story."""

    def visible_to(self, user: Reader) -> "ActivityQuerySet":
        """Those that `user` may read, that were not withdrawn, and that are not of somebody whom they blocked."""
        rows = self.standing().filter(readable_by(user))
        return rows.exclude(is_blocked_by(user.pk, "by")) if user.is_authenticated else rows

    def standing(self) -> "ActivityQuerySet":
        """Those that were not withdrawn."""
        return self.filter(withdrawn_at=None)

    def on(self, thing_kind: str, thing_id: int) -> "ActivityQuerySet":
        """Those of one thing that can be followed; of a tag, those whose object bears it."""
        if thing_kind != TAG:
            return self.filter(thing_kind=thing_kind, thing_id=thing_id)
        borne = Q(pk=None)
        for kind in concerning.tagged_kinds():
            borne |= Q(kind=kind, object_id__in=bearing(kind, communities=thing_id))
        return self.filter(borne, community__chosen_tags=thing_id)


class SubscriberQuerySet(models.QuerySet["Subscriber"]):
    """Questions about addresses."""

    def reachable(self, at: datetime | None = None) -> "SubscriberQuerySet":
        """Those that mail may go to at a moment: not stopped, not paused, not bouncing, not a blocked account."""
        return self.filter(reachable("", at or timezone.now()))

    def recipients(self) -> models.QuerySet[Any, dict[str, Any]]:
        """Give what the outbox wants: the address, and the key that stands in the links of the mail."""
        return cast("models.QuerySet[Any, dict[str, Any]]", self.values("address", key=F("token")))


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    """Questions about who follows what."""

    def to(self, thing_kind: str, thing_id: int) -> "SubscriptionQuerySet":
        """Those to one thing."""
        return self.filter(thing_kind=thing_kind, thing_id=thing_id)

    def confirmed(self) -> "SubscriptionQuerySet":
        """Those whose owner said yes and has not left."""
        return self.filter(state="confirmed")

    def waiting(self, at: datetime | None = None) -> "SubscriptionQuerySet":
        """Those that can still be confirmed."""
        return self.filter(state="waiting", expires_at__gt=at or timezone.now())

    def reachable(self, at: datetime | None = None) -> "SubscriptionQuerySet":
        """Those whose address mail may go to at a moment."""
        return self.filter(reachable("subscriber__", at or timezone.now()))

    def allowed(self, thing: "Thing") -> "SubscriptionQuerySet":
        """Those whose owner may read `thing` today and is not suspended in its community."""
        return self.filter(may_follow(thing))

    def stepped_back(self) -> "SubscriptionQuerySet":
        """Those to a community of members who stepped back from it."""
        resting = Membership.objects.active().filter(
            community=OuterRef("thing_id"), user=OuterRef("subscriber__user"), stepped_back_at__isnull=False
        )
        return self.confirmed().filter(Exists(resting), thing_kind="community")

    def recipients(self) -> models.QuerySet[Any, dict[str, Any]]:
        """Give what the outbox wants: the address, the key that stands in the links of the mail, and for readers in
        their quiet hours when those end."""
        plain = {"address": F("subscriber__address"), "key": F("token")}
        due = due_at(self, timezone.now())
        chosen = self.values(**plain, due=due) if due else self.values(**plain)
        return cast("models.QuerySet[Any, dict[str, Any]]", chosen)


def reachable(prefix: str, at: datetime) -> Q:
    """Give the condition under which mail may go to the subscriber that `prefix` leads to."""
    return (
        Q(**{f"{prefix}suppressed_at": None, f"{prefix}unreachable_at": None})
        & (Q(**{f"{prefix}paused_until": None}) | Q(**{f"{prefix}paused_until__lte": at}))
        & (Q(**{f"{prefix}user": None}) | Q(**{f"{prefix}user__is_active": True}))
    )


def may_follow(thing: "Thing") -> Q:
    """Give the condition under which a subscription's owner may read `thing`, as `readable_by` says, and takes part.

    Who was suspended, or stepped back from the community, gets none of its mail, though its readers do.
    """
    own = Membership.objects.filter(community_id=thing.community_id, user=OuterRef("subscriber__user"))
    stepped_back = Q(state=MembershipState.ACTIVE, stepped_back_at__isnull=False)
    condition = ~Q(Exists(own.filter(Q(state=MembershipState.SUSPENDED) | stepped_back)))
    if thing.audience == Audience.PUBLIC:
        return condition
    if thing.audience == Audience.SIGNED_IN:
        return condition & Q(subscriber__user__isnull=False)
    belonging = own.active() if thing.audience == Audience.COMMUNITY else own.active().facilitating()
    return condition & (Q(subscriber__user__is_staff=True) | Q(Exists(belonging)))


class ByHandQuerySet(models.QuerySet["ByHand"]):
    """Questions about the old distribution list."""

    def to(self, thing_kind: str, thing_id: int) -> "ByHandQuerySet":
        """The list kept beside one thing."""
        return self.filter(thing_kind=thing_kind, thing_id=thing_id)

    def open(self) -> "ByHandQuerySet":
        """Those that have neither subscribed nor declined."""
        return self.filter(subscribed_at=None, declined_at=None)

    def recipients(self) -> models.QuerySet[Any, dict[str, Any]]:
        """Give what the outbox wants: the address, and the key that stands in the links of the mail."""
        return cast("models.QuerySet[Any, dict[str, Any]]", self.values("address", key=F("token")))
