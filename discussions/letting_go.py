"""What is deleted of discussions when its time is over: what was taken away before, drafts, questions."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cop.privacy.retention import Rule, delete_some
from discussions.archives.models import Import, ImportState
from discussions.held_models import HeldText
from discussions.help_models import HelpRequest
from discussions.models import Draft, Reply, ReplyRevision, Topic

# A topic may hold thousands of replies.
TOPICS_AT_ONCE = 20


def forget_deleted(before: datetime, limit: int) -> int:
    """Delete topics that were taken away, and the words of replies that were: for good."""
    gone = delete_some(Topic.objects.filter(deleted_at__lt=before), min(limit, TOPICS_AT_ONCE), order="deleted_at")
    return gone + _forget_words(before, limit)


def _forget_words(before: datetime, limit: int) -> int:
    replies = Reply.objects.filter(deleted_at__lt=before).exclude(body="")
    ids = list(replies.order_by("pk").values_list("pk", flat=True)[:limit])
    with transaction.atomic():
        ReplyRevision.objects.filter(reply__in=ids).delete()
        return Reply.objects.filter(pk__in=ids, deleted_at__lt=before).update(
            body="", body_html="", text="", trimmed="", message_id=""
        )


def forget_drafts(before: datetime, limit: int) -> int:
    """Delete what was begun and never sent."""
    return delete_some(Draft.objects.filter(saved_at__lt=before), limit)


def forget_questions(before: datetime, limit: int) -> int:
    """Delete questions from outside that nobody confirmed, and the addresses of those that were."""
    return delete_some(HelpRequest.objects.filter(asked_at__lt=before), limit, order="asked_at")


def forget_archives(before: datetime, limit: int) -> int:
    """Delete the files of archives that were taken in: what they held stands in the topics."""
    ended = Import.objects.filter(state__in=[ImportState.DONE, ImportState.FAILED], updated_at__lt=before)
    rows = list(ended.exclude(file="")[:limit])
    for row in rows:
        row.file.delete(save=False)
        Import.objects.filter(pk=row.pk).update(file="")
    return len(rows)


def forget_held(before: datetime, limit: int) -> int:
    """Delete texts that waited for a facilitator and were decided about: what was published stands elsewhere."""
    return delete_some(HeldText.objects.filter(settled_at__lt=before), limit, order="settled_at")


RULES = {
    "held": Rule(_("Messages that waited for a facilitator, after the decision"), forget_held),
    "deleted": Rule(_("Topics and replies that were deleted"), forget_deleted),
    "drafts": Rule(_("Drafts of topics and replies"), forget_drafts),
    "questions": Rule(_("Questions from outside that wait for their confirmation"), forget_questions),
    "archives": Rule(_("Files of mailing lists that were taken in"), forget_archives),
}
