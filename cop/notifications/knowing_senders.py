"""Who wrote a mail: who holds the secret in its address and whose address it came from must be the same person."""

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cop.base.errors import Refused
from cop.base.links import absolute
from cop.mail.arriving import Arrived
from cop.mail.authenticity import FAILED, PASSED
from cop.mail.routes import Doubt, Ignored
from cop.notifications.models import Subscription
from members.models import Community, User


def user_of_address(address: str) -> User | None:
    """Give the account that an address belongs to: proven, or what it signs in with."""
    proven = EmailAddress.objects.filter(email__iexact=address, verified=True, user__is_active=True)
    found = proven.select_related("user").first()
    return found.user if found else User.objects.filter(email__iexact=address, is_active=True).first()


def holder_of(key: str) -> User | None:
    """Give the account to whose subscription a mail went."""
    row = Subscription.objects.filter(token=key).select_related("subscriber__user").first()
    user = row.subscriber.user if row else None
    return user if user and user.is_active else None


class Doubtful(models.TextChoices):
    """What makes a mail doubtful, for those who may decide about it besides whoever is asked."""

    DENIED = "denied", _lazy("Its sender's own domain denies it: anybody can write an address on a letter.")
    ANOTHER = "another", _lazy("It came to an address that was made for somebody else, as when a mail was forwarded.")
    UNKNOWN = "unknown", _lazy("It did not come from an address of their account.")
    UNPROVEN = "unproven", _lazy("It came to an address that everybody may know, and its domain vouches for nothing.")


def place_of(community: Community | None) -> str:
    """Give the place of a Doubt whose mail the facilitators of a community may decide about."""
    return f"community:{community.pk}" if community else ""


def community_at(place: str) -> Community | None:
    """Give the community that a place names, or None."""
    kind, _colon, number = place.partition(":")
    return Community.objects.filter(pk=int(number)).first() if kind == "community" and number.isdecimal() else None


def writer_of(arrived: Arrived, holder: User | None, *, place: str = "") -> User:
    """Give who wrote a mail that came to an address made for `holder`.

    Raises Doubt where the sender's address is another's, unknown, or denied by its own domain: then somebody who can
    know is asked, and where there is a `place` others may decide. Raises Refused for a stranger.
    """
    if arrived.who:
        return _confirmed(arrived.who)
    sender = user_of_address(arrived.sender)
    if sender and sender == holder:
        if arrived.verdict == FAILED:
            words = _("Its sender could not be verified: anybody can write an address on a letter.")
            raise _doubt(sender, words, Doubtful.DENIED, place)
        return sender
    if sender:
        words = _("It came to an address that was made for somebody else, as when a mail was forwarded.")
        raise _doubt(sender, words, Doubtful.ANOTHER, place)
    if holder:
        words = _("It came from %(address)s, which is not an address of your account.")
        raise _doubt(holder, words % {"address": arrived.sender}, Doubtful.UNKNOWN, place)
    raise Refused(_("Only people with an account here can write. You can make one on the page of the community."))


def proven_writer_of(arrived: Arrived, community: Community | None, *, place: str = "") -> User:
    """Give who wrote a mail to an address of a community that everybody may know.

    Raises Doubt unless the sender's own domain vouches for it. Raises Refused for a stranger, who is told how to join;
    one whose address is forged is told nothing.
    """
    if arrived.who:
        return _confirmed(arrived.who)
    sender = user_of_address(arrived.sender)
    if sender and arrived.verdict == PASSED:
        return sender
    if sender:
        words = _("It came to an address that everybody may know, and nothing proves who wrote it.")
        raise _doubt(sender, words, Doubtful.UNPROVEN, place)
    if arrived.verdict == FAILED:
        raise Ignored(_("Its sender is no member, and his own domain denies the mail."))
    words = _("Only members can write here. See what it is about, and how to join: %(url)s")
    is_known = community and Community.objects.visible_to(AnonymousUser()).filter(pk=community.pk).exists()
    raise Refused(
        words % {"url": absolute(community.get_absolute_url()) if community and is_known else settings.SITE_URL}
    )


def _doubt(user: User, why: str, kind: Doubtful, place: str) -> Doubt:
    return Doubt(user.email, who=str(user.pk), why=why, place=place, kind=kind)


def _confirmed(who: str) -> User:
    user = User.objects.filter(pk=int(who), is_active=True).first() if who.isdecimal() else None
    if user is None:
        raise Refused(_("The account that this mail was for does not exist any more."))
    return user
