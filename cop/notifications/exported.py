"""What this room puts into somebody's copy of their data: what they follow, agreed to, were told, and were mailed."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from cop.mail.incoming_models import IncomingMessage, IncomingState
from cop.mail.models import Delivery
from cop.notifications import followables
from cop.notifications.models import Activity, ByHand, Subscriber, Subscription, SubscriptionEvent
from cop.notifications.notice_models import Notification, Reason
from cop.notifications.push.models import Device
from members.exported import addresses_of
from members.models import User
from members.packing import CHUNK, Kind, Part, Row, kind, made


def mail(user: User) -> Part:
    """The addresses of an account, with all that hangs on them."""
    addresses = addresses_of(user)
    yield from of_addresses(Subscriber.objects.filter(user=user), addresses)
    yield from came_in(addresses)


def of_addresses(subscribers: QuerySet[Subscriber], addresses: list[str]) -> Part:
    """What is kept about addresses that get mail: an account's, or an outside reader's."""
    ids = list(subscribers.values_list("pk", flat=True))
    yield kind(
        "mail",
        _("Your mail"),
        Subscriber.objects.filter(pk__in=ids).order_by("pk"),
        address=_("Address"),
        created_at=_("Known since"),
        timezone=_("Time zone"),
        language=_("Language"),
        digest_weekday=_("Day of round-ups"),
        digest_hour=_("Hour of round-ups"),
        quiet_from=_("No mail from"),
        quiet_to=_("No mail until"),
        paused_until=_("Paused until"),
        suppressed_at=_("Asked never to be mailed"),
        unreachable_at=_("Could not be reached since"),
        failure=_("What its mail server answered"),
    )
    yield made(
        "follows",
        _("What you follow, and how often you are mailed"),
        _follows(ids),
        thing=_("What"),
        kind=_("Kind"),
        pace=_("How often"),
        state=_("State"),
        asked_at=_("Asked for"),
        confirmed_at=_("Confirmed"),
        left_at=_("Left"),
    )
    yield kind(
        "consents",
        _("What you agreed to, changed and left"),
        SubscriptionEvent.objects.filter(subscriber__in=ids).order_by("at", "pk"),
        at=_("When"),
        what=_("What"),
        detail=_("How"),
        words=_("The words that stood there"),
        network=_("From which network"),
        subscription__thing_kind=_("Kind"),
        subscription__thing_id=_("Its number"),
    )
    yield kind(
        "by-hand",
        _("Old distribution lists that you stand on"),
        ByHand.objects.filter(address__in=addresses).order_by("pk"),
        address=_("Address"),
        community__name=_("Community"),
        created_at=_("Since"),
        noted_at=_("Written to"),
        subscribed_at=_("Subscribed"),
        declined_at=_("Declined"),
    )
    yield kind(
        "mails",
        _("Mails to you, and what became of them"),
        Delivery.objects.filter(address__in=addresses).order_by("pk"),
        mailing__created_at=_("When"),
        mailing__subject=_("Subject"),
        address=_("To"),
        state=_("State"),
        ended_at=_("Since"),
        answer=_("What the mail server answered"),
    )


def _follows(ids: list[int]) -> Iterator[Row]:
    rows = list(Subscription.objects.filter(subscriber__in=ids).order_by("pk"))
    things = followables.find_all({(row.thing_kind, row.thing_id) for row in rows})
    for row in rows:
        thing = things.get((row.thing_kind, row.thing_id))
        yield {
            "thing": thing.title if thing else "",
            "kind": row.thing_kind,
            "pace": str(row.get_pace_display()),
            "state": str(row.get_state_display()),
            "asked_at": row.asked_at,
            "confirmed_at": row.confirmed_at,
            "left_at": row.left_at,
        }


def came_in(addresses: list[str]) -> Part:
    """Mails that somebody sent; their words only where it was certain that they sent them."""
    yield made(
        "mails-sent",
        _("Mails that you sent here"),
        _came_in(addresses),
        received_at=_("When"),
        sender=_("From"),
        recipient=_("To"),
        subject=_("Subject"),
        state=_("What became of it"),
        reason=_("Why"),
        text=_("The mail"),
    )


def _came_in(addresses: list[str]) -> Iterator[Row]:
    rows = IncomingMessage.objects.filter(sender__in=addresses).order_by("received_at", "pk")
    for row in rows.iterator(20):
        is_certain = row.state == IncomingState.DONE
        yield {
            "received_at": row.received_at,
            "sender": row.sender,
            "recipient": row.recipient,
            "subject": row.subject,
            "state": str(row.get_state_display()),
            "reason": row.reason,
            "text": bytes(row.raw).decode("utf-8", "replace") if is_certain else "",
        }


def told(user: User) -> Part:
    """What the bell said, where it rang, and what one did that others were told of."""
    yield Kind(
        "notifications",
        _("What you were told"),
        {"at": _("When"), "why": _("Why"), "title": _("What"), "community": _("Community"), "read_at": _("Read")},
        _notifications(user),
    )
    yield kind(
        "devices",
        _("Browsers that are told while the site is closed"),
        Device.objects.filter(user=user).order_by("pk"),
        name=_("Name"),
        added_at=_("Since"),
        seen_at=_("Seen last"),
    )
    yield kind(
        "activities",
        _("What you did"),
        Activity.objects.filter(by=user).order_by("at", "pk"),
        at=_("When"),
        verb=_("What"),
        title=_("To what"),
        community__name=_("Community"),
    )


def _notifications(user: User) -> Iterator[Row]:
    """All of them; what they are about only where the person may still read it."""
    readable = Notification.objects.visible_to(user).filter(pk=OuterRef("pk"))
    rows = Notification.objects.filter(user=user).annotate(is_readable=Exists(readable)).order_by("pk")
    for row in rows.select_related("activity", "community").iterator(CHUNK):
        said = {"at": row.at, "why": str(Reason(row.reason).label), "read_at": row.read_at}
        if row.is_readable:  # type: ignore[attr-defined]
            said |= {"title": row.activity.title, "community": row.community.name}
        yield said


PARTS = {"mail": mail, "told": told}
