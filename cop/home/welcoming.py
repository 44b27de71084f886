"""Welcoming who joins: one short mail from the facilitators, with what is worth reading and who shares an interest."""

import logging
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cop.base.links import absolute, absolute_url
from cop.base.models import touch
from cop.home.models import Welcome
from cop.mail import outbox
from cop.markup.rendering import render
from cop.notifications.models import Activity
from members.logging_standing import What
from members.models import Community, Membership, User
from members.profile_models import Profile, Seen
from members.roles import Role
from members.standing_models import StandingChange

logger = logging.getLogger(__name__)

WORTH_READING = 3
PEOPLE = 5
LOOKED_AT = 40
TOO_LATE = timedelta(days=2)
AT_ONCE = 200


def words_of(community: Community) -> Welcome:
    """Give the words that newcomers are welcomed with, the usual ones where nobody wrote others."""
    found = Welcome.objects.filter(community=community).first()
    if found:
        return found
    body = _(
        "Good that you are here. Look around, and when you are ready, say in a line who you are and what keeps you "
        "busy just now. Ask early: nobody here knows everything."
    )
    return Welcome(community=community, body=body, body_html=render(body).html)


def save(community: Community, *, body: str, is_on: bool) -> Welcome:
    """Keep other words, or let nobody be welcomed by mail. Raises Refused for a text too long."""
    html = render(body).html
    kept, _is_new = Welcome.objects.update_or_create(
        community=community, defaults={"body": body, "body_html": html, "is_on": is_on}
    )
    touch(Community.objects.filter(pk=community.pk))
    return kept


def welcome_due(at: datetime | None = None) -> int:
    """Welcome those who joined lately, each once; give how many mails that were."""
    at = at or timezone.now()
    joined = StandingChange.objects.filter(what=What.JOINED, welcomed_at=None).select_related("user", "community")
    sent = 0
    for change in joined.order_by("at")[:AT_ONCE]:
        try:
            sent += _welcome(change, at)
        except Exception:  # One that fails must not hold up the others.
            logger.exception("newcomer_not_welcomed change=%s", change.pk)
    return sent


def _welcome(change: StandingChange, at: datetime) -> bool:
    user, community = change.user, change.community
    is_due = user is not None and user.is_active and change.role == Role.MEMBER and at - change.at < TOO_LATE
    words = words_of(community)
    is_sent = bool(is_due and user and words.is_on and not community.is_archived)
    if is_sent and user:
        send(words, to=user, dedupe_key=f"welcome:{community.pk}:{user.pk}")
    StandingChange.objects.filter(pk=change.pk).update(welcomed_at=at)
    return is_sent


def send(words: Welcome, *, to: User, dedupe_key: str = "") -> None:
    """Mail the welcome to a newcomer, or, as a preview, to a facilitator."""
    community = words.community
    facilitators = list(
        Membership.objects.active().facilitating().filter(community=community).select_related("user")[:3]
    )
    outbox.send(
        "welcome",
        to=to.email,
        dedupe_key=dedupe_key,
        context={
            "community": community,
            "words": words,
            "facilitators": [row.user.display_name for row in facilitators],
            "reading": [(row.title, absolute(row.url)) for row in _worth_reading(community, to)],
            "people": [(row.display_name, absolute(row.get_absolute_url())) for row in _like_minded(community, to)],
            "url": absolute_url("home:community", community.slug),
            "accent": community.accent,
        },
        language=to.language,
        from_name=community.name,
        reply_to=facilitators[0].user.email if facilitators else "",
    )


def _worth_reading(community: Community, reader: User) -> list[Activity]:
    rows = Activity.objects.visible_to(reader).filter(community=community, kind__in=["topic", "post", "event"])
    return list(rows.order_by("-at", "-pk")[:WORTH_READING])


def _like_minded(community: Community, reader: User) -> list[User]:
    """Give people of the community who can be asked about what the newcomer asks about or learns."""
    own = Profile.objects.filter(user=reader).first()
    if own is None:
        return []
    tags = {*own.ask_about.slugs(), *own.learning.slugs()}
    others = Profile.objects.filter(
        Q(ask_about__slug__in=tags), user__memberships__in=Membership.objects.active().filter(community=community)
    )
    rows = others.filter(is_unlisted=False).exclude(user=reader).select_related("user").distinct().order_by("pk")
    shown = [row.user for row in rows[:LOOKED_AT] if row.seen_by.get("ask_about", Seen.SHARING) != Seen.NOBODY]
    return shown[:PEOPLE]
