"""Telling those who want each post, at once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from cop.base.links import absolute_url
from cop.mail import outbox
from cop.mail.models import Delivery, Mailing
from cop.notifications import community_following, followables, notifying, personal_following, tag_following
from cop.notifications.followables import Thing
from cop.notifications.holding import hold
from cop.notifications.models import Activity, Pace, Subscription
from cop.notifications.notice_models import PERSONAL, MailState, Notification, Reason
from cop.notifications.querysets import SubscriptionQuerySet
from cop.notifications.tag_models import TAG, CommunityTag
from members.blocking_models import Block
from members.models import Membership

GATE = "subscriptions"


def links() -> dict[str, str]:
    """Give the addresses at the foot of every mail of a subscription; the outbox puts each reader's token in."""
    return {
        "manage_url": absolute_url("notifications:manage", outbox.KEY),
        "leave_url": absolute_url("notifications:leave", outbox.KEY),
    }


def prepare(
    name: str,
    *,
    thing: Thing,
    dedupe_key: str,
    context: dict[str, Any],
    from_name: str = "",
    language: str = "",
    **letter: Any,
) -> Mailing:
    """Render the mail `name` about something new in `thing`, outside of any transaction.

    `context` is the mail's own; `thing`, `accent`, `manage_url` and `leave_url` are added, and `letter` is what the
    outbox takes besides. Nothing is sent yet.
    """
    feet = links()
    return outbox.prepare(
        name,
        dedupe_key=dedupe_key,
        context={"thing": thing, "accent": thing.accent, **feet, **context},
        language=language or thing.language,
        from_name=from_name or thing.title,
        list_id=thing.list_id,
        leave_url=feet["leave_url"],
        tell=facilitators_of(thing.community_id),
        gate=GATE,
        **letter,
    )


def facilitators_of(community_id: int) -> list[str]:
    """Give the addresses to tell when a mailing to a community's readers goes wrong."""
    rows = Membership.objects.active().facilitating().filter(community_id=community_id)
    return list(rows.values_list("user__email", flat=True))


def reasons_owed(activities: Sequence[Activity]) -> list[Reason]:
    """Give the reasons, said in person, for which somebody is owed a mail of its own about activities."""
    owed = _owed(activities).filter(reason__in=PERSONAL).order_by("reason")
    return [Reason(reason) for reason in owed.values_list("reason", flat=True).distinct()]


def tags_owed(activities: Sequence[Activity]) -> list[CommunityTag]:
    """Give the tags for whose sake alone somebody is owed a mail about activities."""
    owed = _owed(activities).exclude(tag=None).values_list("tag", flat=True)
    return [*tag_following.by_id(sorted(set(owed))).values()]


def has_list_readers(community_id: int) -> bool:
    """Whether anybody gets each message of a community, as from a mailing list."""
    return Subscription.objects.to(community_following.KIND, community_id).confirmed().filter(pace=Pace.EACH).exists()


def announce(
    *activities: Activity,
    mailing: Mailing,
    in_person: Mapping[Reason, Mailing] | None = None,
    by_tag: Mapping[CommunityTag, Mailing] | None = None,
    to_list: Mailing | None = None,
    spares_author: bool = False,
) -> int:
    """Fill prepared mailings with whoever wants a mail of its own about activities of one thing; give how many.

    `mailing` goes to those who follow the thing, `to_list` (or the same one) to those who get each message of the
    community, `in_person` has one for each of `reasons_owed`, and `by_tag` one for each of `tags_owed`: of several
    reasons the strongest is said, by one mail. Who has read it all on the page meanwhile gets none. Call it in the
    transaction that records the activity, or that notes it as told. A second call for the same activity adds nobody.
    Whose doing it was is told too, unless `spares_author`.
    """
    first = activities[0]
    thing = followables.find(first.thing_kind, first.thing_id or 0)
    if thing is None:
        return 0
    with transaction.atomic():
        hold(first.community_id)
        fresh = Activity.objects.filter(pk__in=[activity.pk for activity in activities], mailing_id=None)
        if not fresh.update(mailing_id=mailing.pk):
            return 0
        _owed(activities).exclude(read_at=None).update(mail=MailState.READ)
        if len(activities) > 1:  # The words of somebody who is blocked would come along with those of others.
            authors = [activity.by_id for activity in activities if activity.by_id]
            blocking = Block.objects.filter(blocked__in=authors).values("user")
            _owed(activities).filter(user__in=blocking).update(mail=MailState.HELD)
        wanting = _wanting(activities, thing, spares_author=spares_author)
        count = sum(fill_in_person(activities, reason, own) for reason, own in (in_person or {}).items())
        count += _fill(activities, mailing, wanting)
        count += _fill_by_tags(activities, by_tag) if by_tag else 0
        if to_list or has_list_readers(first.community_id):
            count += _fill(activities, to_list or mailing, _list_readers(activities, thing, spares_author))
        _owed(activities).update(mail=MailState.HELD)
    return count


def _owed(activities: Sequence[Activity]) -> QuerySet[Notification]:
    return Notification.objects.filter(activity__in=activities, mail=MailState.OWED)


def _wanting(activities: Sequence[Activity], thing: Thing, *, spares_author: bool) -> SubscriptionQuerySet:
    """Those who follow a thing, want each mail of it, and have none of this yet."""
    readers = Subscription.objects.to(thing.kind, thing.id).confirmed().reachable().allowed(thing)
    chosen = readers.filter(pace=Pace.EACH, mailed_up_to__lt=activities[-1].pk)
    return _with_something_left(chosen, activities, spares_author=spares_author)


def _with_something_left(
    rows: SubscriptionQuerySet, activities: Sequence[Activity], *, spares_author: bool
) -> SubscriptionQuerySet:
    """Leave out the accounts that are owed nothing of these activities, where that was worked out (`notifying`)."""
    if all(activity.notified_at for activity in activities):
        # Looked up once and not for each reader.
        return rows.filter(Q(subscriber__user=None) | Q(subscriber__user__in=_owed(activities).values("user")))
    rows = rows.exclude(subscriber__user__in=Notification.objects.filter(activity__in=activities).values("user"))
    authors = [activity.by_id for activity in activities if activity.by_id]
    return rows.exclude(subscriber__user__in=authors) if spares_author and authors else rows


def _list_readers(activities: Sequence[Activity], thing: Thing, spares_author: bool) -> SubscriptionQuerySet:
    """Those who get each message of the community, but who chose something else about this thing."""
    own = Subscription.objects.to(thing.kind, thing.id).values("subscriber")
    rows = Subscription.objects.to(community_following.KIND, thing.community_id).confirmed().reachable().allowed(thing)
    rows = rows.exclude(subscriber__in=own).filter(pace=Pace.EACH, mailed_up_to__lt=activities[-1].pk)
    if tags := tag_following.chosen_of(activities[0]):
        rows = rows.exclude(subscriber__user__in=tag_following.muted_by(tags))
    return _with_something_left(rows, activities, spares_author=spares_author)


def _fill(activities: Sequence[Activity], mailing: Mailing, readers: SubscriptionQuerySet) -> int:
    """Mail some readers, and note it on what they are told."""
    count = outbox.fill(mailing, readers.recipients())
    keys = Delivery.objects.filter(mailing=mailing).values("key")
    users = Subscription.objects.filter(token__in=keys).values("subscriber__user")
    _owed(activities).filter(user__in=users).update(mail=MailState.SENT, mailing_id=mailing.pk)
    return count


def _fill_by_tags(activities: Sequence[Activity], by_tag: Mapping[CommunityTag, Mailing]) -> int:
    """Mail those who follow a tag of it, by their subscription to the tag, and nothing else that brings it."""
    count = 0
    for activity in activities:
        if not activity.notified_at:  # It is told a moment later; what is mailed now is noted now.
            notifying.tell_by_tags(activity, by_tag.keys())
    things = followables.find_all([(TAG, tag.pk) for tag in by_tag])
    for tag, mailing in by_tag.items():
        if thing := things.get((TAG, tag.pk)):
            rows = Subscription.objects.to(TAG, tag.pk).confirmed().reachable()
            rows = rows.allowed(replace(thing, audience=activities[0].audience)).filter(pace=Pace.EACH)
            owed = _owed(activities).filter(tag=tag).values("user")
            count += _fill(activities, mailing, rows.filter(subscriber__user__in=owed))
    return count


def fill_in_person(activities: Sequence[Activity], reason: Reason, mailing: Mailing) -> int:
    """Mail those who are owed it for a reason: by their subscription to the thing where they have one, so that its
    mails are left where they are chosen, else by that to what is said to them in this community."""
    owed = _owed(activities).filter(reason=reason).values("user")
    thing = followables.find(activities[0].thing_kind, activities[0].thing_id or 0)
    count = 0
    if thing:
        wanting = _wanting(activities, thing, spares_author=True)
        count = _fill(activities, mailing, wanting.filter(subscriber__user__in=owed))
    personal = followables.find(personal_following.KIND, activities[0].community_id)
    if personal and owed.exists():
        rows = Subscription.objects.to(personal.kind, personal.id).confirmed().reachable().allowed(personal)
        count += _fill(activities, mailing, rows.filter(pace=Pace.EACH, subscriber__user__in=owed))
    return count
