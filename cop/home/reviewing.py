"""After six weeks the facilitators are asked whether the pressing issue got smaller; one of them answers."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from cop.base.links import absolute_url
from cop.base.models import touch
from cop.home.models import IssueReview, Progress
from cop.mail import outbox
from members.models import Community, Membership, Stage, User

ASKED_AFTER = timedelta(weeks=6)
# Whoever has lived longer than this without being asked was here before anybody asked.
ASKED_WITHIN = timedelta(weeks=12)
AT_ONCE = 200


def ask_due(at: datetime | None = None) -> int:
    """Ask the facilitators of communities that are six weeks old, once; give how many communities that were."""
    at = at or timezone.now()
    due = Community.objects.alive().exclude(pressing_issue="").exclude(stage=Stage.CLOSING)
    due = due.filter(created_at__lte=at - ASKED_AFTER, created_at__gt=at - ASKED_WITHIN, issue_reviews=None)
    return sum(_ask(community, at) for community in due.order_by("created_at")[:AT_ONCE])


def _ask(community: Community, at: datetime) -> int:
    with transaction.atomic():
        Community.objects.select_for_update(no_key=True).get(pk=community.pk)
        if IssueReview.objects.filter(community=community).exists():
            return 0
        IssueReview.objects.create(community=community, pressing_issue=community.pressing_issue, asked_at=at)
    facilitators = Membership.objects.active().facilitating().filter(community=community).select_related("user")
    for membership in facilitators.order_by("joined_at")[:20]:
        outbox.send(
            "issue_review",
            to=membership.user.email,
            dedupe_key=f"issue-review:{community.pk}:{membership.user_id}",
            context={
                "community": community,
                "url": absolute_url("home:issue", community.slug),
                "accent": community.accent,
            },
            language=membership.user.language,
        )
    return 1


def waiting_in(community: Community) -> IssueReview | None:
    """Give the question that nobody has answered yet, or None."""
    return IssueReview.objects.filter(community=community, answered_at=None).order_by("asked_at").first()


def answer(community: Community, *, progress: str, words: str, pressing_issue: str, by: User) -> IssueReview:
    """Keep what became of the pressing issue, and what presses most now where that is another one."""
    with transaction.atomic():
        row = Community.objects.select_for_update(no_key=True).get(pk=community.pk)
        review = waiting_in(row) or IssueReview(community=row, pressing_issue=row.pressing_issue)
        review.progress, review.words = Progress(progress), words
        review.by, review.answered_at = by, timezone.now()
        review.save()
        if pressing_issue.strip():
            Community.objects.filter(pk=row.pk).update(pressing_issue=pressing_issue.strip())
        touch(Community.objects.filter(pk=row.pk))
    return review
