"""What is erased of communities that somebody began, and of words about how it went, when they close their account."""

from cop.home.models import IssueReview, SetUp
from cop.notifications.rhythm_models import Beat
from members.carrying_out import deleting
from members.closing_models import AccountClosing


def words(closing: AccountClosing, after: int) -> int | None:
    """Delete what they said about the pressing issue, and what happened in a beat."""
    if closing.is_removed:
        IssueReview.objects.filter(by=closing.user).update(words="", by=None)
        Beat.objects.filter(happened_by=closing.user).update(happened="", happened_by=None)
    return None


def asked(closing: AccountClosing, after: int) -> int | None:
    """Take their addresses out of the answers of those who asked them to facilitate."""
    for row in SetUp.objects.filter(answers__email__in=closing.addresses):
        row.answers["email"] = ""
        row.save(update_fields=["answers"])
    return None


STEPS = {
    "asked-in-set-ups": asked,
    "set-ups": deleting(lambda closing: SetUp.objects.filter(by=closing.user, community=None)),
    "words-about": words,
}
