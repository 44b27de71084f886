"""What is deleted of the desk when its time is over: settled cases, flags that were answered, lines of the log."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cop.moderation.action_models import ModerationAction
from cop.moderation.flag_models import Flag
from cop.moderation.models import Case
from cop.privacy.retention import Rule, delete_some


def forget_cases(before: datetime, limit: int) -> int:
    """Delete what needed care and was settled."""
    return delete_some(Case.objects.filter(settled_at__lt=before), limit)


def forget_flags(before: datetime, limit: int) -> int:
    """Delete flags that were decided about."""
    return delete_some(Flag.objects.filter(decided_at__lt=before), limit)


def forget_actions(before: datetime, limit: int) -> int:
    """Delete lines of the log, with the passages and the objections that hang on them."""
    return delete_some(ModerationAction.objects.filter(at__lt=before), limit, order="at")


def forget_addresses(before: datetime, limit: int) -> int:
    """Forget the addresses of visitors who flagged something and never confirmed them."""
    rows = Flag.objects.filter(created_at__lt=before, confirmed_at=None).exclude(address="")
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:limit])
    return Flag.objects.filter(pk__in=ids).update(address="")


RULES = {
    "flag-addresses": Rule(_("Addresses of visitors who flagged something, not confirmed"), forget_addresses),
    "cases": Rule(_("What needed care, after it was settled"), forget_cases),
    "flags": Rule(_("Flags, after the decision"), forget_flags),
    "moderation": Rule(_("The log of what facilitators did, with the passages it was about"), forget_actions),
}
