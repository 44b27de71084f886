"""Closing an account: what somebody wrote stays, under their name or without it; all else about them goes."""

from collections.abc import Callable

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.base.registries import Registry
from cop.mail import outbox
from members.logging_standing import What, note
from members.models import Community, Invitation, Membership, MembershipState, Organisation, Profile, User
from members.picturing import hang

# What apps on higher floors do with what they hold of somebody: called in the closing's transaction with the user,
# whose name is the one that stays, and the name that was shown before.
LeaveTaking = Callable[[User, str], object]
parts: Registry[LeaveTaking] = Registry("account closing")


def held_by(user: User) -> list[Community]:
    """Give the communities that have no facilitator but `user`: they must be handed over first."""
    own = Membership.objects.active().facilitating().filter(user=user, community__archived_at=None)
    others = Membership.objects.active().facilitating().exclude(user=user)
    alone = own.exclude(community__in=others.values("community"))
    return [row.community for row in alone.select_related("community").order_by("community__name")]


def close(user: User, *, keeps_name: bool) -> None:
    """Close an account for good and say so by mail; raise Refused while somebody must take over first.

    The row stays, so that what was written has an author; nobody can sign in with it, and its address is free again.
    """
    address, name = user.email, user.display_name
    with transaction.atomic():
        row = User.objects.select_for_update().get(pk=user.pk)
        if not row.is_active:
            return
        if held_by(row):
            raise Refused(_("Hand your communities over first: they would be left without a facilitator."))
        _leave_everywhere(row)
        _forget(row)
        row.email = f"closed-{row.pk}@closed.invalid"
        row.display_name = name if keeps_name else _("Somebody who left")
        row.organisation, row.is_active, row.is_staff, row.is_superuser = None, False, False, False
        row.set_unusable_password()
        row.save()
        for part in parts:
            parts[part](row, name)
    outbox.send("account_closed", to=address, context={"name": name, "keeps_name": keeps_name}, language=user.language)


def _leave_everywhere(user: User) -> None:
    rows = user.memberships.exclude(state=MembershipState.LEFT).select_related("community", "user")
    for membership in rows:
        note(membership, What.LEFT, by=user)
    ids = list(rows.values_list("community_id", flat=True))
    rows.update(state=MembershipState.LEFT, updated_at=timezone.now())
    Community.objects.filter(pk__in=ids).update(updated_at=timezone.now())


def _forget(user: User) -> None:
    """Delete all that lets somebody in, and all that they said about themselves."""
    for rows in (EmailAddress.objects, Authenticator.objects, SocialAccount.objects):
        rows.filter(user=user).delete()
    for session in UserSession.objects.filter(user=user):
        session.end()
    for profile in Profile.objects.filter(user=user):
        if profile.photo:
            hang(profile, "photo", None)
        profile.delete()
    Organisation.objects.filter(owner=user).update(owner=None)
    Invitation.objects.filter(email__iexact=user.email).delete()
