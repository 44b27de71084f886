"""Newcomers: who is new in a community, until when, and how much they put into a message."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from functools import cached_property
from html import unescape

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cop.base.errors import Refused
from cop.base.links import origin_of
from cop.guarding.models import Protection, Way, protection_of
from cop.guarding.signs import Signs, signs_of
from cop.markup.rendering import Rendered
from members.invitation_models import Invitation
from members.models import Community, MembershipState, User
from members.standing import standing_of

# So many messages that others thanked or accepted, and somebody is new no longer.
GOOD_ENOUGH = 2
# Where something of theirs was taken away, the time is this many times as long, and thanks do not shorten it.
LONGER = 4
LINK = re.compile(r'<a [^>]*?href="([^"]*)"')


class Written(Enum):
    """What somebody writes, as far as newcomers write only so many of it an hour."""

    TOPIC = auto()
    REPLY = auto()
    POST = auto()
    AGREEMENT = auto()


@dataclass(frozen=True)
class Newcomer:
    """Somebody who is new: until when (null for who is no member), and what that means here."""

    protection: Protection
    until: datetime | None
    is_shortened_by_thanks: bool = True


class Acquaintance:
    """How well somebody (None for who has no account) is known in a community; each thing is looked up once.

    It is made for one message: what it has found does not change with the database.
    """

    def __init__(self, user: User | None, community: Community, *, at: datetime | None = None) -> None:
        self.user, self.community, self.at = user, community, at or timezone.now()

    @cached_property
    def protection(self) -> Protection:
        """How the community protects itself."""
        return protection_of(self.community)

    @cached_property
    def is_vouched_for(self) -> bool:
        """Whether a facilitator asked this person in by name: by their address, not by a link for many."""
        if self.user is None:
            return False
        rows = Invitation.objects.filter(community=self.community, accepted_at__isnull=False, is_personal=False)
        return rows.filter(email__iexact=self.user.email).exists()

    @cached_property
    def signs(self) -> Signs:
        """How their messages were taken here."""
        return signs_of(self.user, self.community) if self.user else Signs()

    @cached_property
    def newcomer(self) -> Newcomer | None:
        """In what way this is somebody new; None for who is not, and for facilitators and whom those invited.

        Somebody without an account always is.
        """
        user, community, protection = self.user, self.community, self.protection
        if user is None:
            return Newcomer(protection, None, is_shortened_by_thanks=False)
        days = settings.NEWCOMER_DAYS if protection.newcomer_days is None else protection.newcomer_days
        if not days or standing_of(user).facilitates(community):
            return None
        membership = user.memberships.filter(community=community, state=MembershipState.ACTIVE).first()
        if membership is None:
            return Newcomer(protection, None, is_shortened_by_thanks=False)
        joined_at = membership.joined_at
        if joined_at <= self.at - timedelta(days=days * LONGER) or self.is_vouched_for:
            return None
        if self.signs.bad:
            return Newcomer(protection, joined_at + timedelta(days=days * LONGER), is_shortened_by_thanks=False)
        until = joined_at + timedelta(days=days)
        return Newcomer(protection, until) if until > self.at and self.signs.good < GOOD_ENOUGH else None


def newcomer(user: User | None, community: Community, *, at: datetime | None = None) -> Newcomer | None:
    """Tell whether somebody is new in a community, and in what way; see `Acquaintance.newcomer`."""
    return Acquaintance(user, community, at=at).newcomer


def links_in(html: str) -> list[str]:
    """Give the links of a clean text that lead away from this site."""
    return [link for link in map(unescape, LINK.findall(html)) if not _is_own(link)]


def _is_own(link: str) -> bool:
    """Whether a link stays here: by its host, for an address of this site may be only the beginning of another's."""
    if link.startswith(("#", "mailto:")):
        return True
    try:
        return link.startswith("/") or origin_of(link).casefold() == settings.SITE_URL.casefold()
    except ValueError:
        return False


def refuse_too_much(new: Newcomer, rendered: Rendered) -> None:
    """Raise Refused, with a sentence for the field `body`, where a newcomer's message holds too much."""
    limits = new.protection
    if limits.way != Way.LIMITED:
        return
    for count, most, sentence in (
        (
            len(links_in(rendered.html)),
            limits.links,
            ngettext(
                "There are %(count)d links in it, and %(most)d is the most for somebody new: take some out.",
                "There are %(count)d links in it, and %(most)d are the most for somebody new: take some out.",
                limits.links,
            ),
        ),
        (
            rendered.html.count("<img "),
            limits.images,
            ngettext(
                "There are %(count)d images in it, and %(most)d is the most for somebody new: take some out.",
                "There are %(count)d images in it, and %(most)d are the most for somebody new: take some out.",
                limits.images,
            ),
        ),
        (
            len(rendered.mentions),
            limits.mentions,
            ngettext(
                "It calls %(count)d people by name, and %(most)d is the most for somebody new: "
                "take the “@” away before some.",
                "It calls %(count)d people by name, and %(most)d are the most for somebody new: "
                "take the “@” away before some.",
                limits.mentions,
            ),
        ),
    ):
        if count > most:
            raise Refused({"body": f"{sentence % {'count': count, 'most': most}} {until_when(new)}".strip()})


def refuse_too_many(new: Newcomer, written: int, *, what: Written) -> None:
    """Raise Refused where so many within the last hour are enough for a newcomer.

    Posts and agreements are as many as topics.
    """
    most = new.protection.replies_an_hour if what is Written.REPLY else new.protection.topics_an_hour
    if new.protection.way != Way.LIMITED or written < most:
        return
    sentences = {
        Written.TOPIC: ngettext(
            "Somebody new starts %(most)d topic an hour at most: copy your text, and go on in an hour.",
            "Somebody new starts %(most)d topics an hour at most: copy your text, and go on in an hour.",
            most,
        ),
        Written.REPLY: ngettext(
            "Somebody new writes %(most)d reply an hour at most: copy your text, and go on in an hour.",
            "Somebody new writes %(most)d replies an hour at most: copy your text, and go on in an hour.",
            most,
        ),
        Written.POST: ngettext(
            "Somebody new publishes %(most)d post an hour at most: it stays a draft, publish it in an hour.",
            "Somebody new publishes %(most)d posts an hour at most: it stays a draft, publish it in an hour.",
            most,
        ),
        Written.AGREEMENT: ngettext(
            "Somebody new promises or proposes %(most)d thing an hour at most: copy your text, and go on in an hour.",
            "Somebody new promises or proposes %(most)d things an hour at most: copy your text, and go on in an hour.",
            most,
        ),
    }
    raise Refused({"body": f"{sentences[what] % {'most': most}} {until_when(new)}".strip()})


def until_when(new: Newcomer) -> str:
    """Say how long somebody is new; nothing for who has no account here."""
    if new.until is None:
        return ""
    day = date_format(localtime(new.until), "DATE_FORMAT")
    if not new.is_shortened_by_thanks:
        return _("This ends on %(day)s.") % {"day": day}
    words = _("This ends on %(day)s, or as soon as others thanked you for %(count)d messages.")
    return words % {"day": day, "count": GOOD_ENOUGH}
