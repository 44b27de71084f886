"""What is deleted of blogs when its time is over: what was typed and never saved."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from blogs.models import PostDraft
from cop.privacy.retention import Rule, delete_some


def forget_drafts(before: datetime, limit: int) -> int:
    """Delete what was typed into a post's form and neither saved nor looked at again."""
    return delete_some(PostDraft.objects.filter(saved_at__lt=before), limit)


RULES = {"post-drafts": Rule(_("What was typed into a post and never saved"), forget_drafts)}
