"""Closing an account: what somebody wrote stays, under their name or without it, or is removed; all else goes."""

from collections.abc import Callable
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from cop.base import bells
from cop.base.errors import Refused
from cop.base.links import absolute_url
from cop.base.registries import Registry
from cop.mail import outbox
from members import exporting
from members.closing_models import AccountClosing, Choice
from members.exported import addresses_of
from members.invitation_models import Invitation
from members.logging_standing import What, note
from members.models import Community, Membership, MembershipState, Organisation, User
from members.picturing import hang
from members.profile_models import Profile

# What apps on higher floors do with what they hold of somebody: called in the closing's transaction with the user,
# whose name is the one that stays, and the name that was shown before.
LeaveTaking = Callable[[User, str], object]
parts: Registry[LeaveTaking] = Registry("account closing")
# What of somebody's words would be removed, in sentences with numbers: said before they decide.
holdings: Registry[Callable[[User], list[str]]] = Registry("holdings")


@dataclass(frozen=True)
class Named:
    """In how many texts of others somebody's name stands (`most` or more are not counted on), and a list of them."""

    count: int
    url: str
    most: int

    @property
    def is_cut(self) -> bool:
        """Whether there may be more."""
        return self.count >= self.most


# Where others wrote somebody's name: said before they decide.
namings: Registry[Callable[[User], Named]] = Registry("where people are named")


def named_by_others(user: User) -> list[Named]:
    """Say where others' texts name somebody."""
    return [found for name in namings if (found := namings[name](user)).count]


def held_by(user: User) -> list[Community]:
    """Give the communities that have no facilitator but `user`: they must be handed over first."""
    own = Membership.objects.active().facilitating().filter(user=user, community__archived_at=None)
    others = Membership.objects.active().facilitating().exclude(user=user)
    alone = own.exclude(community__in=others.values("community"))
    return [row.community for row in alone.select_related("community").order_by("community__name")]


def held_words(user: User) -> list[str]:
    """Say what somebody wrote and did, with numbers."""
    return [sentence for name in holdings for sentence in holdings[name](user)]


def close(user: User, *, choice: Choice, asks_about_name: bool = False) -> None:
    """Close an account for good and say so by mail; raise Refused while somebody must take over first.

    The row stays, so that what was written has an author; nobody can sign in with it, and its address is free again.
    What was chosen is carried out everywhere by a worker (`carrying_out`). `asks_about_name`: facilitators are asked to
    look at what others wrote about them.
    """
    address, name = user.email, user.display_name
    with transaction.atomic():
        row = User.objects.select_for_update().get(pk=user.pk)
        if not row.is_active:
            return
        if held_by(row):
            raise Refused(_("Hand your communities over first: they would be left without a facilitator."))
        begun = {"choice": choice, "name": name, "addresses": addresses_of(row), "began_at": timezone.now()}
        begun |= {"asks_about_name": asks_about_name}
        # Who was let in again by site staff may close the account once more.
        anew = {"done": [], "step": "", "cursor": 0, "finished_at": None, "held_until": None}
        AccountClosing.objects.update_or_create(user=row, defaults=begun | anew)
        _leave_everywhere(row)
        _forget(row)
        row.email = f"closed-{row.pk}@closed.invalid"
        row.display_name = name if choice == Choice.KEEP else _("a former member")
        row.organisation, row.is_active, row.is_staff, row.is_superuser = None, False, False, False
        row.set_unusable_password()
        row.save()
        for part in parts:
            parts[part](row, name)
        exporting.delete(list(row.data_exports.all()))
        transaction.on_commit(lambda: bells.ring("members.tasks.carry_out_closings"))
    asks = asks_about_name and choice != Choice.KEEP
    context = {"name": name, "choice": choice.value, "asks_about_name": asks, "dear": name}
    context["privacy_url"] = absolute_url(settings.PRIVACY_URL)
    outbox.send("account_closed", to=address, context=context, language=user.language, secret=True)


def _leave_everywhere(user: User) -> None:
    rows = user.memberships.exclude(state=MembershipState.LEFT).select_related("community", "user")
    for membership in rows:
        note(membership, What.LEFT, by=user)
    ids = list(rows.values_list("community_id", flat=True))
    rows.update(state=MembershipState.LEFT, updated_at=timezone.now())
    Community.objects.filter(pk__in=ids).update(updated_at=timezone.now())


def _forget(user: User) -> None:
    """Delete all that lets somebody in, and all that they said about themselves."""
    to_them = Invitation.objects.annotate(to=Lower("email"))
    to_them.filter(to__in=[address.lower() for address in addresses_of(user)]).delete()
    for rows in (EmailAddress.objects, Authenticator.objects, SocialAccount.objects):
        rows.filter(user=user).delete()
    for session in UserSession.objects.filter(user=user):
        session.end()
    for profile in Profile.objects.filter(user=user):
        if profile.photo:
            hang(profile, "photo", None)
        profile.delete()
    Organisation.objects.filter(owner=user).update(owner=None)
