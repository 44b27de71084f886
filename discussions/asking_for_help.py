"""Asking from outside: somebody without an account asks in a help forum, and is answered by mail and on the page.

What they typed waits, unseen, until they press the button in a mail; so an address is proven before anything is shown
or anybody is told.
"""

import secrets
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.base.limits import within_limit
from cop.base.links import absolute_url
from cop.guarding import listing
from cop.guarding.models import takes_guests
from cop.guarding.newcomers import Acquaintance
from cop.mail import outbox
from cop.markup.rendering import render
from cop.notifications import confirming
from cop.notifications.models import How, Subscriber
from discussions import following, holding, vetting
from discussions.archives.guests import key_of_address
from discussions.held_models import HeldText
from discussions.help_models import HelpRequest
from discussions.models import Forum, Guest, Kind, Topic, Via
from discussions.vetting import Text
from discussions.writing import Writer, start_topic
from members.models import MembershipState, User

DAYS_OPEN = 14
MAILS_A_DAY = 3
FROM_A_NETWORK_AN_HOUR = 20


def ask(
    forum: Forum, *, address: str, name: str, title: str, body: str, network: str, by: User | None = None
) -> HelpRequest | None:
    """Keep a question and mail its address a button; None where that address gets no mail now, which nobody is told.

    Raises Refused for a text too long or with more links than somebody new may write, for a name with listed words, and
    after very many questions from one network.
    """
    text = Text(forum.community, render(body), title, forum.get_absolute_url())
    vetting.limit(text, writer=Acquaintance(by, forum.community))
    listing.refuse_listed({"name": name}, community=forum.community)
    since = timezone.now() - timedelta(hours=1)
    same = {"forum": forum, "address": address, "name": name, "title": title, "body": body}
    if before := HelpRequest.objects.filter(**same, asked_at__gt=since).first():
        return before  # Sent twice: the mail with the button is on its way.
    if not within_limit("help-network", network, times=FROM_A_NETWORK_AN_HOUR, seconds=3600):
        raise Refused(_("Very many questions came from your network. Copy your text, and try again in an hour."))
    if Subscriber.objects.filter(address=address, suppressed_at__isnull=False).exists():
        return None
    if not within_limit("help-address", address, times=MAILS_A_DAY, seconds=86400):
        return None
    with transaction.atomic():
        request = HelpRequest.objects.create(
            forum=forum,
            address=address,
            name=name,
            title=title,
            body=body,
            network=network,
            token=secrets.token_urlsafe(32),
        )
        outbox.send(
            "help_confirm",
            to=address,
            dedupe_key=f"help:{request.pk}",
            context={
                "forum": forum,
                "community": forum.community,
                "request": request,
                "days": DAYS_OPEN,
                "accent": forum.community.accent,
                "url": absolute_url("discussions:help-confirm", request.token),
            },
            language=forum.community.language,
        )
    return request


def waiting(token: str, *, at: datetime | None = None) -> HelpRequest | None:
    """Give the question that a mailed link is about, asked already or not; None for a link that is old or none."""
    since = (at or timezone.now()) - timedelta(days=DAYS_OPEN)
    rows = HelpRequest.objects.select_related("forum__community", "topic__community")
    return rows.filter(token=token, asked_at__gte=since).first()


def confirm(request: HelpRequest) -> Topic | None:
    """Start the topic that was asked for, or give None where a facilitator looks at it first; twice is once.

    Raises Refused where the forum takes no questions any more, or whoever has that address is suspended there.
    """
    if request.topic or HeldText.objects.filter(asked=request).exists():
        return request.topic
    _refuse_closed(request)
    by, rendered = _writer(request), render(request.body)
    text = Text(request.forum.community, rendered, request.title, request.forum.get_absolute_url())
    # Outside of the transaction: a service may be asked about the text.
    if reason := vetting.reason_to_hold(text, writer=Acquaintance(by.user, text.community), guest=by.guest):
        holding.hold(
            reason,
            community=request.forum.community,
            forum=request.forum,
            title=request.title,
            kind=Kind.QUESTION,
            body=request.body,
            body_html=rendered.html,
            author=by.user,
            guest=by.guest,
            asked=request,
            via=Via.WEB,
        )
        return None
    return start(request)


def _refuse_closed(request: HelpRequest) -> None:
    if not request.forum.is_help or request.forum.community.is_archived or not takes_guests(request.forum.community):
        raise Refused(_("This forum takes no questions from outside any more."))


def start(request: HelpRequest) -> Topic:
    """Start a topic that was looked at, and mail each answer to who asked; called twice gives the same topic."""
    with transaction.atomic():
        rows = HelpRequest.objects.select_for_update(no_key=True, of=("self",))
        row = rows.select_related("forum__community", "topic__community").get(pk=request.pk)
        if row.topic:
            return row.topic
        _refuse_closed(row)
        by = _writer(row)
        row.topic = start_topic(
            title=row.title, body=row.body, by=by, forum=row.forum, kind=Kind.QUESTION, is_vetted=True
        )
        row.save(update_fields=["topic"])
        if by.guest:
            _follow(row, row.topic)
    return row.topic


def _writer(row: HelpRequest) -> Writer:
    """Give the account that has proven the address, or else a guest."""
    proven = EmailAddress.objects.filter(email__iexact=row.address, verified=True, user__is_active=True)
    if found := proven.select_related("user").first():
        _refuse_suspended(found.user, row.forum)
        return Writer(user=found.user)
    guest, _made = Guest.objects.get_or_create(
        community=row.forum.community, key=key_of_address(row.address), defaults={"name": row.name}
    )
    return Writer(guest=guest)


def _refuse_suspended(user: User, forum: Forum) -> None:
    if user.memberships.filter(community=forum.community_id, state=MembershipState.SUSPENDED).exists():
        raise Refused(_("You are suspended in this community; its facilitators told you why."))


def _follow(row: HelpRequest, topic: Topic) -> None:
    language = row.forum.community.language
    subscriber, _made = Subscriber.objects.get_or_create(address=row.address, defaults={"language": language})
    thing = following.thing_of_topic(topic)
    confirming.welcome(subscriber, thing, how=How.FORM, network=row.network)
