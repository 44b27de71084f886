"""Inviting by e-mail: the mail goes out the first time, the link works for the address it was sent to."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.base.limits import within_limit
from cop.base.links import absolute_url
from cop.mail import outbox
from members import joining
from members.models import Community, Invitation, JoinRule, Membership, MembershipState, OpenInvitation, Role, User

DAYS_OPEN = 30
INVITATIONS_A_DAY = 1000
PERSONAL_MOST = 10


def invite(community: Community, email: str, *, role: str, message: str, by: User) -> tuple[Invitation, bool]:
    """Invite an address and mail it; give the invitation and whether it is new. An open one is not mailed again.

    Raises Refused where the address already belongs to somebody in the community.
    """
    invitation, is_new = keep(community, email, role=role, message=message, by=by)
    if is_new:
        send(invitation, by=by)
    return invitation, is_new


@dataclass
class Invited:
    """What became of a list of addresses."""

    new: int = 0
    open_already: int = 0
    here_already: int = 0
    left: list[str] = field(default_factory=list)


def invite_many(community: Community, addresses: Iterable[str], *, role: str, message: str, by: User) -> Invited:
    """Invite each address once; those beyond what a community may send in a day are given back in `left`."""
    done = Invited()
    for address in addresses:
        if not within_limit("invite", str(community.pk), times=INVITATIONS_A_DAY, seconds=86400):
            done.left.append(address)
            continue
        try:
            _invitation, is_new = invite(community, address, role=role, message=message, by=by)
        except Refused:
            done.here_already += 1
        else:
            done.new += is_new
            done.open_already += not is_new
    return done


def invite_personally(community: Community, email: str, *, message: str, by: User) -> tuple[Invitation, bool]:
    """Let a member ask one person in, with a line; raises Refused as `invite`, and for a member with many open ones."""
    mine = community.invitations.open().filter(invited_by=by, is_personal=True)
    if mine.count() >= PERSONAL_MOST:
        raise Refused(_("Ten of your invitations are still open. Wait for an answer before you invite more people."))
    invitation, is_new = keep(community, email, role=Role.MEMBER, message=message, by=by, is_personal=True)
    if is_new:
        send(invitation, by=by)
    return invitation, is_new


def send_again(invitation: Invitation, *, by: User) -> bool:
    """Mail an open invitation once more, a day after the last time at the earliest; it works as long again."""
    at = timezone.now()
    waited = Q(sent_at=None) | Q(sent_at__lte=at - timedelta(days=1))
    unanswered = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, declined_at=None, withdrawn_at=None)
    if not unanswered.filter(waited).update(sent_at=at, expires_at=at + timedelta(days=DAYS_OPEN)):
        return False
    invitation.refresh_from_db()
    send(invitation, by=by)
    return True


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
    community: Community, email: str, *, role: str, message: str, by: User, is_personal: bool = False
) -> tuple[Invitation, bool]:
    """Keep an invitation that something else mails; else as `invite`."""
    email = email.lower()
    if Membership.objects.active().filter(community=community, user__email__iexact=email).exists():
        raise Refused({"email": _("%(email)s already belongs to this community.") % {"email": email}})
    # Told to facilitators alone: a member need not know who is suspended.
    suspended = Membership.objects.filter(state=MembershipState.SUSPENDED, user__email__iexact=email)
    if not is_personal and suspended.filter(community=community).exists():
        raise Refused({"email": _("%(email)s is suspended here; readmit them instead.") % {"email": email}})
    with transaction.atomic():
        Community.objects.select_for_update().get(pk=community.pk)
        pending = community.invitations.filter(email__iexact=email, accepted_at=None, declined_at=None)
        open_one = pending.open().first()
        if open_one:
            return open_one, False
        pending.filter(withdrawn_at=None).update(withdrawn_at=timezone.now())
        invitation = community.invitations.create(
            email=email,
            role=role,
            message=message,
            invited_by=by,
            token=secrets.token_urlsafe(32),
            expires_at=timezone.now() + timedelta(days=DAYS_OPEN),
            sent_at=timezone.now(),
            is_personal=is_personal,
        )
    return invitation, True


def send(invitation: Invitation, *, by: User) -> None:
    """Mail an invitation; each time that it is sent anew, once."""
    community = invitation.community
    outbox.send(
        "invitation",
        to=invitation.email,
        dedupe_key=f"invitation:{invitation.pk}:{invitation.sent_at:%Y%m%d%H%M%S%f}",
        context={
            "community": community,
            "invitation": invitation,
            "by": by,
            "url": absolute_url("members:invitation-show", invitation.token),
            "days": DAYS_OPEN,
            "accent": community.accent,
        },
        language=community.language,
        reply_to=by.email,
    )


def is_for(invitation: Invitation, user: User) -> bool:
    """Whether `user` has proven the address that was invited."""
    return bool(EmailAddress.objects.filter(user=user, email__iexact=invitation.email, verified=True).exists())


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
        if invitation.is_personal and community.join_rule != JoinRule.OPEN:
            line = _("Invited by %(name)s") % {"name": invitation.invited_by or ""}
            joining.ask_to_join(community, by=by, line=line)
        else:
            joining.admit(community, by, role=invitation.role)
    return True


def decline(invitation: Invitation) -> bool:
    """Turn an invitation down; who holds the link may, with or without an account."""
    return bool(Invitation.objects.open().filter(pk=invitation.pk).update(declined_at=timezone.now()))


def withdraw(invitation: Invitation, *, by: User) -> bool:
    """Take an invitation back: its link stops working."""
    return bool(Invitation.objects.open().filter(pk=invitation.pk).update(withdrawn_at=timezone.now()))
