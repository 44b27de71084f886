"""Inviting by e-mail: the mail goes out the first time, the link works for the address it was sent to."""

import logging
import secrets
from datetime import datetime, timedelta
from functools import partial

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.base.links import absolute_url
from cop.mail import outbox, own_addresses
from members import joining
from members.blocking import address_has_blocked
from members.invitation_models import Invitation, InvitationQuerySet, OpenInvitation
from members.models import Community, JoinRule, Membership, MembershipState, User
from members.ringing import ring
from members.roles import Role

logger = logging.getLogger(__name__)

DAYS_OPEN = 30
PERSONAL_MOST = 10
PERSONAL_A_DAY = 20
AT_ONCE = 200
# Before all that are open are mailed once more.
DAYS_BETWEEN = timedelta(days=7)
# Who must not get one after all: `cop.notifications` knows which addresses want no mail.
GATE = "invitations"
# The kind of what an answer to the mail is about.
ANSWERED = "invitation"


def invite(community: Community, email: str, *, role: str, message: str, by: User) -> tuple[Invitation, bool]:
    """Invite an address and mail it; give the invitation and whether it is new. An open one is not mailed again.

    Raises Refused where the address already belongs to somebody in the community.
    """
    invitation, is_new = keep(community, email, role=role, message=message, by=by)
    if is_new:
        send(invitation)
    return invitation, is_new


def invite_personally(community: Community, email: str, *, message: str, by: User) -> tuple[Invitation, bool]:
    """Let a member ask one person in, with a line; raises Refused as `invite`, and for a member with many open ones."""
    invitation, is_new = keep(community, email, role=Role.MEMBER, message=message, by=by, is_personal=True)
    if is_new:
        send(invitation)
    return invitation, is_new


def personal_ones_of(user: User, community: Community) -> InvitationQuerySet:
    """Give the people whom `user` has asked in and who can still answer."""
    return community.invitations.open().filter(invited_by=user, is_personal=True)


def send_again(invitation: Invitation) -> bool:
    """Mail an unanswered invitation once more, a day after the last time at the earliest; it works as long again."""
    unanswered = Invitation.objects.unanswered().filter(pk=invitation.pk)
    if not _let_be_sent(unanswered, timezone.now() - timedelta(days=1)):
        return False
    invitation.refresh_from_db()
    send(invitation)
    return True


def send_all_again(community: Community) -> int:
    """Let a worker mail all open invitations that are a week old or older once more; give how many."""
    count = _let_be_sent(community.invitations.open(), timezone.now() - DAYS_BETWEEN)
    transaction.on_commit(partial(ring, "send_invitations"))
    return count


def _let_be_sent(rows: InvitationQuerySet, before: datetime) -> int:
    return rows.filter(sent_at__lte=before).update(sent_at=None, expires_at=timezone.now() + timedelta(days=DAYS_OPEN))


def send_due() -> int:
    """Mail the invitations that wait for it; give how many."""
    waiting = Invitation.objects.open().filter(sent_at=None, community__archived_at=None)
    sent = 0
    for invitation in waiting.select_related("community", "invited_by").order_by("pk")[:AT_ONCE]:
        try:
            send(invitation)
            sent += 1
        except Exception:  # One that fails must not hold up the others.
            logger.exception("invitation_not_sent invitation=%s", invitation.pk)
    return sent


def open_link(community: Community, *, uses_most: int, days: int, by: User) -> OpenInvitation:
    """Make a link by which so many people come in within so many days."""
    return community.open_invitations.create(
        token=secrets.token_urlsafe(32),
        invited_by=by,
        uses_most=uses_most,
        expires_at=timezone.now() + timedelta(days=days),
    )


def open_links(community: Community) -> list[OpenInvitation]:
    """Give the links of a community by which somebody can still come in, the newest first."""
    now = timezone.now()
    rows = community.open_invitations.filter(withdrawn_at=None, expires_at__gt=now, uses__lt=F("uses_most"))
    return list(rows.order_by("-pk")[:50])


def close_link(link: OpenInvitation) -> bool:
    """Let nobody else in by a link; tell whether that was new."""
    return bool(OpenInvitation.objects.filter(pk=link.pk, withdrawn_at=None).update(withdrawn_at=timezone.now()))


def come_in_by(link: OpenInvitation, *, by: User) -> bool:
    """Make `by` a member; raise Refused where the link is used up, over or withdrawn, and for who is suspended."""
    with transaction.atomic():
        row = OpenInvitation.objects.select_for_update(of=("self",)).select_related("community").get(pk=link.pk)
        if not row.is_open or row.community.is_archived:
            raise Refused(_("This link works no longer. Ask whoever gave it to you for a new one."))
        is_new = joining.join(row.community, by=by)
        if is_new:
            OpenInvitation.objects.filter(pk=row.pk).update(uses=F("uses") + 1)
    return is_new


def keep(
    community: Community,
    email: str,
    *,
    role: str,
    message: str,
    by: User,
    is_personal: bool = False,
    sent_at: datetime | None = None,
) -> tuple[Invitation, bool]:
    """Keep an invitation, sent already where something else mails it; else as `invite`."""
    email = email.lower()
    _refuse_who_is_here(community, email, is_personal=is_personal)
    with transaction.atomic():
        Community.objects.select_for_update().get(pk=community.pk)
        pending = community.invitations.unanswered().filter(email__iexact=email)
        open_one = pending.open().first()
        if open_one:
            return open_one, False
        if is_personal:
            _refuse_too_many(community, by)
        pending.update(withdrawn_at=timezone.now())
        invitation = made(community, email, role=role, message=message, by=by)
        invitation.is_personal, invitation.sent_at = is_personal, sent_at
        invitation.save()
    return invitation, True


def made(community: Community, email: str, *, role: str, message: str, by: User) -> Invitation:
    """Give an invitation that is not saved yet."""
    return Invitation(
        community=community,
        email=email,
        role=role,
        message=message,
        invited_by=by,
        token=secrets.token_urlsafe(32),
        expires_at=timezone.now() + timedelta(days=DAYS_OPEN),
    )


def _refuse_who_is_here(community: Community, email: str, *, is_personal: bool) -> None:
    rows = Membership.objects.filter(community=community, user__email__iexact=email)
    if rows.active().exists():
        raise Refused({"email": _("%(email)s already belongs to this community.") % {"email": email}})
    # Told to facilitators alone: a member need not know who is suspended.
    if not is_personal and rows.filter(state=MembershipState.SUSPENDED).exists():
        raise Refused({"email": _("%(email)s is suspended here; readmit them instead.") % {"email": email}})


def _refuse_too_many(community: Community, by: User) -> None:
    if personal_ones_of(by, community).count() >= PERSONAL_MOST:
        raise Refused(_("Ten of your invitations are still open. Wait for an answer, or take one back."))
    own = community.invitations.filter(invited_by=by, is_personal=True)
    if own.filter(created_at__gt=timezone.now() - timedelta(days=1)).count() >= PERSONAL_A_DAY:
        raise Refused(_("You have asked many people in today. Go on tomorrow."))


def send(invitation: Invitation) -> None:
    """Mail an invitation, and note that: killed between the two, it is not mailed again.

    Whoever blocked the inviter gets no mail, and the inviter is not told that.
    """
    if not address_has_blocked(invitation.email, invitation.invited_by_id):
        _mail(invitation)
    at = timezone.now()
    if Invitation.objects.filter(pk=invitation.pk, sent_at=None).update(sent_at=at):
        invitation.sent_at = at


def _mail(invitation: Invitation) -> None:
    community, by = invitation.community, invitation.invited_by
    outbox.send(
        "invitation",
        to=invitation.email,
        key=invitation.token,
        gate=GATE,
        dedupe_key=f"invitation:{invitation.pk}:{invitation.expires_at:%Y%m%d%H%M%S%f}",
        context={
            "community": community,
            "invitation": invitation,
            "by": by.display_name if by else community.name,
            "url": absolute_url("members:invitation-show", invitation.token),
            "days": DAYS_OPEN,
            "accent": community.accent,
        },
        language=community.language,
        # Answered to us where this site takes mail in, else to whoever invites.
        about=f"{ANSWERED}:{invitation.pk}",
        reply_to="" if own_addresses.is_open() or by is None else by.email,
    )


def is_for(invitation: Invitation, user: User) -> bool:
    """Whether `user` has proven the address that was invited."""
    return bool(EmailAddress.objects.filter(user=user, email__iexact=invitation.email, verified=True).exists())


def asks_first(invitation: Invitation) -> bool:
    """Whether a facilitator decides after all: a member asked them in, where not everybody may join."""
    return invitation.is_personal and invitation.community.join_rule != JoinRule.OPEN


def accept(invitation: Invitation, *, by: User) -> bool:
    """Make `by` a member with the invitation's role; raise Refused where it is not theirs or no longer open.

    A personal one lets them ask to join where facilitators decide who comes in.
    """
    if not is_for(invitation, by):
        raise Refused(_("This invitation is for another address. Sign in with the address it was sent to."))
    with transaction.atomic():
        answered = Invitation.objects.open().filter(pk=invitation.pk).update(accepted_at=timezone.now())
        if not answered:
            raise Refused(_("This invitation was used, withdrawn or has expired. Ask for a new one."))
        community = invitation.community
        if asks_first(invitation):
            line = _("Invited by %(name)s") % {"name": invitation.invited_by or ""}
            joining.ask_to_join(community, by=by, line=line)
        else:
            joining.admit(community, by, role=invitation.role)
    return True


def decline(invitation: Invitation) -> bool:
    """Turn an invitation down; who holds the link may, with or without an account."""
    return bool(Invitation.objects.open().filter(pk=invitation.pk).update(declined_at=timezone.now()))


def withdraw(invitation: Invitation) -> bool:
    """Take an invitation back, open or expired: its link stops working, and it is not sent again."""
    return bool(Invitation.objects.unanswered().filter(pk=invitation.pk).update(withdrawn_at=timezone.now()))
