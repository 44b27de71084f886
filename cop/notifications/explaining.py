""" "Why did I not get this?": what was decided for one address and one post, step by step."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from cop.mail.models import Delivery
from cop.notifications import followables
from cop.notifications.models import (
    Activity,
    ByHand,
    Change,
    Digest,
    Pace,
    State,
    Subscriber,
    Subscription,
    SubscriptionEvent,
)
from cop.notifications.notice_models import MailState, Notification


@dataclass(frozen=True)
class Decision:
    """One step: when, what was decided, and whether it is why nothing came."""

    at: datetime | None
    text: str
    is_reason: bool = False


def explain(address: str, activity: Activity) -> list[Decision]:
    """Give what was decided about mailing `activity` to a tidied address, in the order in which it was decided."""
    subscription = (
        Subscription.objects.to(activity.thing_kind, activity.thing_id or 0)
        .filter(subscriber__address=address)
        .select_related("subscriber")
        .first()
    )
    published = Decision(activity.at, _("“%(title)s” was published.") % {"title": activity.title})
    steps = [published, *_of_list(address, activity)]
    if activity.withdrawn_at:
        steps.append(
            Decision(activity.withdrawn_at, _("It was taken back; mails not sent by then were stopped."), True)
        )
    told = list(_of_notification(address, activity))
    steps += told
    if subscription is None:
        subscriber = Subscriber.objects.filter(address=address).first()
        steps.append(Decision(None, _("This address has not subscribed here."), not told))
        steps += _standing_of(subscriber) if subscriber else []
    else:
        steps += [*_of_subscription(subscription, activity), *_of_mails(subscription, activity)]
    return sorted(steps, key=lambda step: (step.at is None, step.at and step.at.timestamp()))


def _of_notification(address: str, activity: Activity) -> Iterator[Decision]:
    """What the account was told on the site, for what reason, and what was decided about a mail."""
    rows = Notification.objects.filter(activity=activity, user__subscribers__address=address)
    row = rows.select_related("tag__tag").first()
    if row is None:
        return
    reason = {"reason": row.why}
    yield Decision(activity.notified_at, _("It was told in the bell, for this reason: %(reason)s.") % reason)
    if row.read_at:
        yield Decision(row.read_at, _("It was read on the site."), row.mail == MailState.READ)
    if row.mail != MailState.SENT:
        yield Decision(None, row.get_mail_display(), row.mail not in (MailState.OWED, MailState.READ))
    elif delivery := Delivery.objects.filter(mailing_id=row.mailing_id or 0, address=address).first():
        yield _fate(delivery, _("The mail"))


def _of_list(address: str, activity: Activity) -> Iterator[Decision]:
    """What became of the note to the list kept by hand."""
    entry = ByHand.objects.to(activity.thing_kind, activity.thing_id or 0).filter(address=address).first()
    if entry is None:
        return
    yield Decision(entry.created_at, _("The address was put on the list still kept by hand."))
    if entry.declined_at:
        yield Decision(entry.declined_at, _("Its owner declined to subscribe."))
    if entry.subscribed_at:
        yield Decision(entry.subscribed_at, _("It went off that list by subscribing."))
    note = Delivery.objects.filter(key=entry.token, mailing__name="by_hand_note").order_by("-pk").first()
    if note:
        yield _fate(note, _("The latest short note"))


def _of_subscription(subscription: Subscription, activity: Activity) -> Iterator[Decision]:
    """What happened to the subscription, and what it was when the post came out."""
    told = [Change.ASKED, Change.REMINDED, Change.CONFIRMED, Change.LEFT, Change.PACED]
    events = list(subscription.events.filter(what__in=told).order_by("at", "pk"))
    yield from (Decision(event.at, _sentence(event)) for event in events)
    before = [event for event in events if event.at <= activity.recorded_at]
    last = next((event.what for event in reversed(before) if event.what != Change.PACED), "")
    if last != Change.CONFIRMED and not (not events and subscription.is_confirmed):
        why = {
            "": _("When it was published, the address had not subscribed yet."),
            Change.LEFT: _("When it was published, the reader had left."),
        }.get(last, _("When it was published, the address was not confirmed yet."))
        yield Decision(activity.recorded_at, why, True)
    if subscription.is_expired:
        yield Decision(subscription.expires_at, _("The confirmation link expired, unused."), True)
    yield from _standing_of(subscription.subscriber)


def _sentence(event: SubscriptionEvent) -> str:
    return {
        Change.ASKED: _("The subscription was asked for (%(detail)s)."),
        Change.REMINDED: _("A reminder to confirm was sent."),
        Change.CONFIRMED: _("The subscription was confirmed."),
        Change.LEFT: _("The reader left."),
        Change.PACED: _("The pace was changed: %(detail)s."),
    }[Change(event.what)] % {"detail": event.detail}


def _standing_of(subscriber: Subscriber) -> Iterator[Decision]:
    """What holds for the address as a whole."""
    for event in subscriber.events.filter(subscription=None).order_by("at", "pk"):
        text = _("The address: %(what)s.") % {"what": Change(event.what).label}
        if event.what == Change.PAUSED:
            text = _("All mail was paused until %(until)s.") % {"until": event.detail[:10]}
        elif event.what == Change.UNREACHABLE:
            text = _("The address counts as unreachable since then: “%(answer)s”.") % {"answer": event.detail}
        yield Decision(event.at, text, event.what in (Change.PAUSED, Change.SUPPRESSED, Change.UNREACHABLE))
    if subscriber.user and not subscriber.user.is_active:
        yield Decision(None, _("The account is blocked."), True)


def _of_mails(subscription: Subscription, activity: Activity) -> Iterator[Decision]:
    """What the outbox made of it: alone, or in a digest."""
    ids = {activity.mailing_id} if activity.mailing_id else set()
    digests = Digest.objects.filter(
        thing_kind=subscription.thing_kind,
        thing_id=subscription.thing_id,
        after_id__lt=activity.pk,
        up_to_id__gte=activity.pk,
    )
    round_ups = set(digests.values_list("mailing_id", flat=True))
    deliveries = list(Delivery.objects.filter(mailing_id__in=ids | round_ups, key=subscription.token).order_by("pk"))
    for delivery in deliveries:
        yield _fate(delivery, _("The round-up with it") if delivery.mailing_id in round_ups else _("The mail"))
    if not deliveries:
        yield from _not_mailed(subscription, activity)


def _not_mailed(subscription: Subscription, activity: Activity) -> Iterator[Decision]:
    thing = followables.find(subscription.thing_kind, subscription.thing_id)
    if thing and not Subscription.objects.filter(pk=subscription.pk).allowed(thing).exists():
        yield Decision(None, _("The reader may no longer read this, or is suspended there."), True)
    elif subscription.state == State.CONFIRMED and subscription.pace in (Pace.DAILY, Pace.WEEKLY):
        if activity.pk > subscription.mailed_up_to and subscription.digest_due_at:
            yield Decision(subscription.digest_due_at, _("It will be in the next round-up."))
    elif subscription.pace == Pace.MUTED:
        yield Decision(None, _("The reader chose to get no mail for now."), True)
    elif activity.mailing_id is None:
        yield Decision(None, _("It was published without a mail."), True)


def _fate(delivery: Delivery, name: str) -> Decision:
    """What became of one copy."""
    words = {"name": name, "answer": delivery.answer, "attempts": delivery.attempts}
    if delivery.state == "sent":
        return Decision(delivery.ended_at, _("%(name)s was handed to the reader's mail server.") % words)
    if delivery.state == "failed":
        return Decision(delivery.ended_at, _("%(name)s was refused: “%(answer)s”.") % words, True)
    if delivery.state == "skipped":
        return Decision(delivery.ended_at, _("%(name)s was held back: %(answer)s.") % words, True)
    text = _("%(name)s is waiting in the outbox; attempts so far: %(attempts)d. %(answer)s") % words
    return Decision(delivery.due_at, text.strip(), True)
