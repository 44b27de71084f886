"""What is deleted of communities that never opened when its time is over."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cop.home.models import SetUp
from cop.privacy.retention import Rule, delete_some


def forget_set_ups(before: datetime, limit: int) -> int:
    """Delete the answers of those who began to start a community and did not go on."""
    return delete_some(SetUp.objects.filter(community=None, updated_at__lt=before), limit)


RULES = {"set-ups": Rule(_("Communities that somebody began to start"), forget_set_ups)}
