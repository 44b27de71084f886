"""What is deleted of blogs when its time is over: what was typed and never saved."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from blogs.held_models import HeldPost
from blogs.models import PostDraft
from blogs.quoted_models import QuotedPerson
from cop.privacy.retention import Rule, delete_some


def forget_drafts(before: datetime, limit: int) -> int:
    """Delete what was typed into a post's form and neither saved nor looked at again."""
    return delete_some(PostDraft.objects.filter(saved_at__lt=before), limit)


def forget_quoted(before: datetime, limit: int) -> int:
    """Delete who was in a forwarded exchange and has not agreed to be named; their words stay without a name."""
    return delete_some(QuotedPerson.objects.filter(noted_at__lt=before).exclude(agrees=True), limit)


def forget_held(before: datetime, limit: int) -> int:
    """Delete that posts waited for a facilitator, where that was decided about; the posts stay."""
    return delete_some(HeldPost.objects.filter(settled_at__lt=before), limit, order="settled_at")


RULES = {
    "held-posts": Rule(_("That posts waited for a facilitator, after the decision"), forget_held),
    "post-drafts": Rule(_("What was typed into a post and never saved"), forget_drafts),
    "quoted-people": Rule(
        _("Names and addresses of people in forwarded mails who did not agree to be named"), forget_quoted
    ),
}
