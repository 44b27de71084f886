"""What is deleted of events when its time is over."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cop.privacy.retention import Rule, delete_some
from events.rsvp_models import Rsvp


def forget_unconfirmed(before: datetime, limit: int) -> int:
    """Delete answers from outside that nobody confirmed."""
    return delete_some(Rsvp.objects.filter(confirmed_at=None, created_at__lt=before), limit)


def forget_visitors(before: datetime, limit: int) -> int:
    """Delete the answers of visitors without an account to what is over for long."""
    return delete_some(Rsvp.objects.filter(user=None, occurrence__ends_at__lt=before), limit)


RULES = {
    "answers": Rule(_("Answers to events that nobody confirmed"), forget_unconfirmed),
    "visitors": Rule(_("Answers of visitors without an account to what is over"), forget_visitors),
}
