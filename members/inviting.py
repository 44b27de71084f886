"""Inviting by e-mail: the mail goes out the first time, the link works for the address it was sent to."""

import secrets
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.base.links import absolute_url
from cop.mail import outbox
from members import joining
from members.models import Community, Invitation, Membership, User

DAYS_OPEN = 30


def invite(community: Community, email: str, *, role: str, message: str, by: User) -> tuple[Invitation, bool]:
    """Invite an address and mail it; give the invitation and whether it is new. An open one is not mailed again.

    Raises Refused where the address already belongs to somebody in the community.
    """
    invitation, is_new = keep(community, email, role=role, message=message, by=by)
    if is_new:
        _send(invitation, by)
    return invitation, is_new


def keep(community: Community, email: str, *, role: str, message: str, by: User) -> tuple[Invitation, bool]:
    """Keep an invitation that something else mails; else as `invite`."""
    email = email.lower()
    if Membership.objects.active().filter(community=community, user__email__iexact=email).exists():
        raise Refused({"email": _("%(email)s already belongs to this community.") % {"email": email}})
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
        )
    return invitation, True


def _send(invitation: Invitation, by: User) -> None:
    community = invitation.community
    outbox.send(
        "invitation",
        to=invitation.email,
        dedupe_key=f"invitation:{invitation.pk}",
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
    """Make `by` a member with the invitation's role; raise Refused where it is not theirs or no longer open."""
    if not is_for(invitation, by):
        raise Refused(_("This invitation is for another address. Sign in with the address it was sent to."))
    with transaction.atomic():
        answered = Invitation.objects.open().filter(pk=invitation.pk).update(accepted_at=timezone.now())
        if not answered:
            raise Refused(_("This invitation was used, withdrawn or has expired. Ask for a new one."))
        joining.admit(invitation.community, by, role=invitation.role)
    return True


def decline(invitation: Invitation) -> bool:
    """Turn an invitation down; who holds the link may, with or without an account."""
    return bool(Invitation.objects.open().filter(pk=invitation.pk).update(declined_at=timezone.now()))


def withdraw(invitation: Invitation, *, by: User) -> bool:
    """Take an invitation back: its link stops working."""
    return bool(Invitation.objects.open().filter(pk=invitation.pk).update(withdrawn_at=timezone.now()))
