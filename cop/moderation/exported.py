"""What the desk puts into somebody's copy of their data: what they flagged, and what was done to things of theirs."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from cop.moderation.action_models import ModerationAction, Objection, Restraint
from cop.moderation.flag_models import Flag
from cop.notifications.models import Subscriber
from members.exported import addresses_of
from members.models import User
from members.packing import Kind, Part, kind


def moderated(user: User) -> Part:
    """Flags, what was done and why, and what they said to it."""
    proven = Q(address__in=addresses_of(user), confirmed_at__isnull=False)
    yield _flags(Flag.objects.filter(Q(by=user) | proven))
    yield kind(
        "moderated",
        _("What facilitators did to things of yours"),
        ModerationAction.objects.filter(about=user).order_by("pk"),
        community__name=_("Community"),
        title=_("Title"),
        what=_("What"),
        reason=_("Point of the guidelines"),
        words=_("Their words"),
        passage=_("What it was about"),
        after=_("What it became"),
        at=_("When"),
        until=_("Until when"),
    )
    yield kind(
        "objections",
        _("What you said to it"),
        Objection.objects.filter(action__about=user).order_by("pk"),
        action__title=_("Title"),
        words=_("Your words"),
        is_granted=_("You were right"),
        is_taken_back=_("Taken back"),
        answer=_("Answer"),
        decided_at=_("Decided"),
    )
    yield kind(
        "read-first",
        _("Where facilitators read your posts first"),
        Restraint.objects.filter(user=user).order_by("pk"),
        community__name=_("Community"),
        created_at=_("Since"),
    )


def _flags(rows: QuerySet[Flag]) -> Kind:
    return kind(
        "flags",
        _("What you asked facilitators to look at"),
        rows.order_by("pk"),
        community__name=_("Community"),
        title=_("Title"),
        reason=_("Why"),
        words=_("Your words"),
        created_at=_("When"),
        decided_at=_("Decided"),
        is_upheld=_("Something was done"),
    )


def give_reader(subscriber: Subscriber) -> Part:
    """Give what an outside reader flagged and wants to hear of; only where they proved that the address is theirs."""
    yield _flags(Flag.objects.filter(address=subscriber.address, confirmed_at__isnull=False))


PARTS = {"moderated": moderated}
