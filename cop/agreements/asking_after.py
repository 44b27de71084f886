"""Asking after promises whose day has passed: once, kindly, and nobody else hears of it."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from cop.agreements.commitment_models import Commitment
from cop.base.links import absolute
from cop.mail import outbox
from members.models import Membership
from members.standing import standing_of

# A promise for Friday may be kept on Friday night, anywhere on earth.
GRACE = timedelta(hours=36)
AT_ONCE = 200


def ask_after_due(at: datetime | None = None) -> int:
    """Write to each person whose promise is overdue and was not asked after yet; give how many mails that were.

    A worker that is killed in between sends nothing twice: the mail has one key for each promise and day.
    """
    at = at or timezone.now()
    own = Membership.objects.active().filter(community=OuterRef("community"), user=OuterRef("person"))
    rows = Commitment.objects.overdue((at - GRACE).date()).standing().filter(Exists(own), asked_after_at=None)
    rows = rows.filter(community__archived_at=None).select_related("community", "person", "asked_by")
    count = 0
    for commitment in rows.order_by("due_on", "pk")[:AT_ONCE]:
        ask_after(commitment)
        count += Commitment.objects.filter(pk=commitment.pk, asked_after_at=None).update(asked_after_at=at)
    return count


def ask_after(commitment: Commitment) -> None:
    """Ask one person how it goes."""
    person = commitment.person
    if person is None or not standing_of(person).may_read(commitment.audience, commitment.community_id):
        return
    outbox.send(
        "commitment_due",
        to=person.email,
        dedupe_key=f"commitment-due:{commitment.pk}:{commitment.due_on:%Y%m%d}",
        context={
            "commitment": commitment,
            "community": commitment.community,
            "url": absolute(commitment.get_absolute_url()),
            "accent": commitment.community.accent,
        },
        language=person.language,
    )
