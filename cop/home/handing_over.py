"""Handing over: who set a community up asks somebody to facilitate it, and is responsible until that person accepts."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from cop.base.errors import Refused
from cop.base.links import absolute_url
from cop.home.models import HandOver
from cop.mail import outbox, own_addresses
from members import inviting, joining
from members.invitation_models import Invitation
from members.models import Community, Membership, User
from members.roles import Role

logger = logging.getLogger(__name__)

REMIND_AFTER = (timedelta(days=3), timedelta(days=10))
TELL_AFTER = timedelta(days=14)
AT_ONCE = 200


def ask(community: Community, *, email: str, line: str, stays: bool, by: User) -> HandOver | None:
    """Ask an address to facilitate, by a mail that says what was prepared and why; None for one's own address.

    `stays` says whether `by` facilitates beside them. Asking twice is asking once. Raises Refused for an address that
    belongs to the community already.
    """
    if email.lower() == by.email.lower():
        return None
    with transaction.atomic():
        invitation, _is_new = inviting.keep(
            community, email, role=Role.FACILITATOR, message=line, by=by, sent_at=timezone.now()
        )
        row, _is_new = HandOver.objects.get_or_create(invitation=invitation, defaults={"by": by, "stays": stays})
    _mail(row, 0)
    return row


def _mail(row: HandOver, times: int) -> None:
    invitation = row.invitation
    community = invitation.community
    outbox.send(
        "hand_over",
        to=invitation.email,
        dedupe_key=f"hand-over:{invitation.pk}:{times}",
        context={
            "community": community,
            "invitation": invitation,
            "by": row.by,
            "is_reminder": times > 0,
            "url": absolute_url("members:invitation-show", invitation.token),
            "days": inviting.DAYS_OPEN,
            "accent": community.accent,
        },
        language=community.language,
        # Answered to us where this site takes mail in, else to whoever asks.
        about=f"{inviting.ANSWERED}:{invitation.pk}",
        key=invitation.token,
        reply_to="" if own_addresses.is_open() or row.by is None else row.by.email,
    )


def ask_again(row: HandOver) -> None:
    """Mail who was asked once more, beyond the reminders."""
    _mail(row, len(REMIND_AFTER) + 1)


def look_after(at: datetime | None = None) -> int:
    """Remind who was asked, tell who asked, end what was answered; give in how many something happened."""
    at = at or timezone.now()
    open_ones = HandOver.objects.filter(ended_at=None).select_related("invitation__community", "by")
    changed = 0
    for row in open_ones.order_by("asked_at")[:AT_ONCE]:
        try:
            changed += _look_after(row, at)
        except Exception:  # One that fails must not hold up the others.
            logger.exception("hand_over_not_looked_after invitation=%s", row.pk)
    return changed


def _look_after(row: HandOver, at: datetime) -> bool:
    invitation = row.invitation
    if invitation.accepted_at:
        return _end(row, "accepted", at)
    if invitation.declined_at:
        return _end(row, "declined", at)
    if invitation.withdrawn_at or invitation.expires_at <= at or invitation.community.is_archived:
        return bool(HandOver.objects.filter(pk=row.pk, ended_at=None).update(ended_at=at))
    if row.told_at is None and at - row.asked_at >= TELL_AFTER:
        if HandOver.objects.filter(pk=row.pk, told_at=None).update(told_at=at):
            _tell(row, "silent")
        return True
    due = sum(at - row.asked_at >= after for after in REMIND_AFTER)
    if due > row.reminded and HandOver.objects.filter(pk=row.pk, reminded=row.reminded).update(reminded=due):
        _mail(row, due)
        return True
    return False


def _end(row: HandOver, answer: str, at: datetime) -> bool:
    if not HandOver.objects.filter(pk=row.pk, ended_at=None).update(ended_at=at):
        return False
    if answer == "accepted" and not row.stays:
        _step_aside(row.invitation.community, row.by)
    _tell(row, answer)
    return True


def _step_aside(community: Community, by: User | None) -> None:
    """Make who asked a member; they stay a facilitator where nobody else is one after all."""
    membership = Membership.objects.active().facilitating().filter(community=community, user=by).first()
    if membership is None:
        return
    try:
        joining.change_role(membership, Role.MEMBER, by=membership.user)
    except Refused:
        logger.warning("hand_over_without_facilitator community=%s", community.pk)


def _tell(row: HandOver, answer: str) -> None:
    if row.by is None or not row.by.is_active:
        return
    community = row.invitation.community
    outbox.send(
        "hand_over_answered",
        to=row.by.email,
        dedupe_key=f"hand-over-answered:{row.pk}:{answer}",
        context={
            "community": community,
            "invitation": row.invitation,
            "answer": answer,
            "stays": row.stays,
            "url": absolute_url("members:people", community.slug),
            "accent": community.accent,
        },
        language=row.by.language,
    )


def open_in(community: Community) -> Invitation | None:
    """Give the invitation of somebody who was asked to take over and has not answered, or None."""
    return community.invitations.open().filter(hand_over__ended_at=None, hand_over__isnull=False).first()
