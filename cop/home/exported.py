"""What this room puts into somebody's copy of their data: communities they began, handed over, and spoke for."""

from django.utils.translation import gettext as _

from cop.home.models import HandOver, IssueReview, SetUp
from cop.notifications.rhythm_models import Beat
from members.models import User
from members.packing import Part, kind


def began(user: User) -> Part:
    """Set-ups with their answers, hand-overs, and words about how it went."""
    yield kind(
        "set-ups",
        _("Communities that you began to start"),
        SetUp.objects.filter(by=user).order_by("pk"),
        created_at=_("When"),
        answers=_("Your answers"),
        submitted_at=_("Handed in"),
        decline_reason=_("Why it was declined"),
    )
    yield kind(
        "hand-overs",
        _("Communities that you handed over"),
        HandOver.objects.filter(by=user).order_by("pk"),
        asked_at=_("When"),
        invitation__community__name=_("Community"),
        ended_at=_("Ended"),
    )
    yield kind(
        "issue-reviews",
        _("What you said about the pressing issue"),
        IssueReview.objects.filter(by=user).order_by("pk"),
        answered_at=_("When"),
        community__name=_("Community"),
        progress=_("You said"),
        words=_("Your words"),
    )
    yield kind(
        "beats",
        _("What happened: lines that you wrote"),
        Beat.objects.filter(happened_by=user).order_by("pk"),
        made_at=_("When"),
        community__name=_("Community"),
        happened=_("Text"),
    )


PARTS = {"began": began}
