"""Telling people of an activity: one row for each person, with the strongest reason and what was decided about mail.

The rows are written a moment after the commit, by one INSERT … SELECT for each reason, so that a community of 50,000
costs as many queries as one of five. Writing them twice changes nothing.
"""

import logging
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    DateTimeField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast
from django.utils import timezone

from cop.base.inserting import insert_select
from cop.notifications import community_following, concerning, followables, personal_following, tag_following
from cop.notifications.followables import Thing
from cop.notifications.models import Activity, Pace, State, Subscription
from cop.notifications.notice_models import MailState, Notification, Reason
from cop.notifications.pacing import DIGESTED
from cop.notifications.push import queueing
from cop.notifications.querysets import SubscriptionQuerySet
from cop.notifications.ringing import ring
from cop.notifications.tag_models import TAG, CommunityTag
from members.audiences import Audience
from members.blocking_models import Block
from members.models import Membership, MembershipState, User

logger = logging.getLogger(__name__)

# Older than this it is history: a post taken in from an archive, or a site that was down for long.
STALE = timedelta(days=3)
AT_ONCE = 200
COLUMNS = (
    "user_id",
    "activity_id",
    "community_id",
    "about_kind",
    "about_id",
    "reason",
    "tag_id",
    "mail",
    "mailing_id",
    "at",
)


def notify_due(at: datetime | None = None) -> int:
    """Tell people of every activity that nobody was told of yet; give how many notifications that makes."""
    at = at or timezone.now()
    waiting = Activity.objects.filter(notified_at=None).select_related("community").order_by("pk")
    return sum(_try(activity, at) for activity in waiting[:AT_ONCE])


def _try(activity: Activity, at: datetime) -> int:
    """Tell of one activity; one that fails must not hold up the others."""
    try:
        return notify(activity, at=at)
    except Exception:
        logger.exception("Nobody was told of activity %s; the next minute tries again", activity.pk)
        return 0


def notify(activity: Activity, *, at: datetime | None = None) -> int:
    """Write the notifications of one activity, unless that was done; give how many are new."""
    at = at or timezone.now()
    if activity.notified_at:
        return 0
    is_told = activity.withdrawn_at is None and activity.at > at - STALE
    telling = concerning.telling_of(activity)
    concerned = telling.find(activity) if is_told else concerning.Concerned()
    with transaction.atomic():
        if not Activity.objects.filter(pk=activity.pk, notified_at=None).update(notified_at=at):
            return 0
        activity.notified_at = at
        count = _write(activity, telling, concerned, at) if is_told else 0
        if count and telling.seen:
            Notification.objects.filter(activity=activity, user__in=telling.seen(activity)).update(read_at=at)
        if count and queueing.queue(activity, at=at):
            transaction.on_commit(partial(ring, "send_pushes", countdown=queueing.LINGERS.seconds + 1))
        return count


def _write(activity: Activity, telling: concerning.Telling, concerned: concerning.Concerned, at: datetime) -> int:
    thing = followables.find(activity.thing_kind, activity.thing_id or 0) if activity.thing_id else None
    # Whoever may read the activity, which may be fewer than may read the thing.
    thing = replace(thing, audience=activity.audience) if thing else None
    count = 0
    for reason, ids in (
        (Reason.MENTIONED, concerned.mentioned),
        (Reason.ANSWERED, concerned.answered),
        (Reason.COULD_HELP, concerned.could_help),
    ):
        count += tell_in_person(activity, telling, reason, ids, thing, at) if ids else 0
    if thing:
        count += _tell_followers(activity, telling, Subscription.objects.to(thing.kind, thing.id).allowed(thing))
    tags = tag_following.chosen_of(activity)
    count += 0 if telling.is_part else tell_by_tags(activity, tags)
    # Looked up once and not for each member: who is left out is few, whatever the size of the community.
    muted = tag_following.muted_by(tags) if tags else None
    if telling.is_mailed:
        listed = _list_readers(activity, thing)
        listed = listed if muted is None else listed.exclude(subscriber__user__in=muted)
        count += _tell_followers(activity, telling, listed)
    if not telling.is_part:
        count += _tell_members(activity, telling, thing, muted)
    return count


def tell_by_tags(activity: Activity, tags: Collection[CommunityTag]) -> int:
    """Tell those who follow a tag of what bears it, but who chose something about the thing that it is in.

    Call it in a transaction; calling it twice changes nothing.
    """
    telling, count = concerning.telling_of(activity), 0
    things = followables.find_all([(TAG, tag.pk) for tag in tags])
    chosen = Subscription.objects.to(activity.thing_kind, activity.thing_id or 0).confirmed()
    for tag in tags:
        if thing := things.get((TAG, tag.pk)):
            rows = Subscription.objects.to(TAG, tag.pk).allowed(replace(thing, audience=activity.audience))
            rows = rows.exclude(subscriber__in=chosen.values("subscriber"))
            count += _tell_followers(activity, telling, rows, tag=tag)
    return count


def tell_in_person(
    activity: Activity,
    telling: concerning.Telling,
    reason: Reason,
    ids: frozenset[int],
    thing: Thing | None,
    at: datetime,
) -> int:
    """Tell some people what is said to them, unless they were told of it; call it in a transaction."""
    users = readers_among(ids, activity)
    kept: dict[int, str] = {}
    if thing:
        # What was chosen about the thing itself counts more; a mention is told all the same, though not mailed.
        rows = Subscription.objects.to(thing.kind, thing.id).filter(subscriber__user__in=users)
        for user_id, pace, state in rows.values_list("subscriber__user", "pace", "state"):
            kept[user_id] = Pace.MUTED if state == State.LEFT else pace
    if reason != Reason.MENTIONED:
        users = [user for user in users if kept.get(user.pk) != Pace.MUTED]
    personal_following.begin(users, activity.community, at=at)
    wanted = Subscription.objects.to(personal_following.KIND, activity.community_id).confirmed()
    mailed = set(wanted.filter(pace=Pace.EACH, subscriber__user__in=users).values_list("subscriber__user", flat=True))
    about_kind, about_id = about(activity, telling)
    rows_to_make = [
        Notification(
            user=user,
            activity=activity,
            community_id=activity.community_id,
            about_kind=about_kind,
            about_id=about_id,
            reason=reason,
            mail=_mail_in_person(telling, reason, kept.get(user.pk, ""), is_wanted=user.pk in mailed),
            at=activity.at,
        )
        for user in users
    ]
    before = Notification.objects.filter(activity=activity).count()
    Notification.objects.bulk_create(rows_to_make, ignore_conflicts=True)
    return Notification.objects.filter(activity=activity).count() - before


def _mail_in_person(telling: concerning.Telling, reason: Reason, pace: str, *, is_wanted: bool) -> str:
    if not telling.is_mailed:
        return MailState.NONE
    if pace == Pace.MUTED:
        return MailState.MUTED
    if pace in DIGESTED and reason != Reason.MENTIONED:
        return MailState.ROUND_UP
    return MailState.OWED if is_wanted or pace == Pace.EACH else MailState.MUTED


def readers_among(ids: frozenset[int], activity: Activity) -> list[User]:
    """Give those users who may read an activity today, did not do it, and did not block whoever did; who is suspended
    there is left out."""
    own = Membership.objects.filter(community=activity.community_id, user=OuterRef("pk"))
    users = User.objects.filter(~Exists(own.filter(state=MembershipState.SUSPENDED)), pk__in=ids, is_active=True)
    if activity.audience == Audience.COMMUNITY:
        users = users.filter(Q(is_staff=True) | Exists(own.active()))
    elif activity.audience == Audience.FACILITATORS:
        users = users.filter(Q(is_staff=True) | Exists(own.active().facilitating()))
    if activity.by_id:
        users = users.exclude(pk=activity.by_id).exclude(pk__in=Block.objects.against(activity.by_id))
    return list(users.order_by("pk"))


def about(activity: Activity, telling: concerning.Telling) -> tuple[str, int]:
    """Give what the bell groups an activity by."""
    if telling.is_part and activity.thing_id:
        return activity.thing_kind, activity.thing_id
    return activity.kind, activity.object_id


def _list_readers(activity: Activity, thing: Thing | None) -> SubscriptionQuerySet:
    """Those who get each message of the community, but who chose something else about this thing."""
    community = community_following.thing_of(activity.community)
    rows = Subscription.objects.to(community.kind, community.id).filter(pace=Pace.EACH)
    if thing:
        rows = rows.exclude(subscriber__in=Subscription.objects.to(thing.kind, thing.id).values("subscriber"))
    return rows.allowed(replace(community, audience=activity.audience))


def _tell_followers(
    activity: Activity,
    telling: concerning.Telling,
    rows: SubscriptionQuerySet,
    tag: CommunityTag | None = None,
) -> int:
    rows = rows.confirmed()
    rows = rows.filter(subscriber__user__is_active=True).exclude(pace=Pace.MUTED)
    if activity.by_id:
        rows = rows.exclude(subscriber__user=activity.by_id)
        rows = rows.exclude(subscriber__user__in=Block.objects.against(activity.by_id))
    each = MailState.SENT if activity.mailing_id else MailState.OWED
    mail = Case(
        When(pace__in=DIGESTED, then=Value(MailState.ROUND_UP.value)),
        When(pace=Pace.BEAT, then=Value(MailState.BEAT.value)),
        default=Value(each.value if telling.is_mailed else MailState.NONE.value),
        output_field=CharField(),
    )
    rows = rows.annotate(_user=F("subscriber__user"), _mail=mail)
    return _insert(rows, activity, telling, Reason.FOLLOWING, tag)


def _tell_members(
    activity: Activity, telling: concerning.Telling, thing: Thing | None, muted: QuerySet[Any, Any] | None
) -> int:
    """Tell the members, but who wants nothing of this community, muted or left what it is in, or `muted` its tags."""
    # Who has come since the last look has a line of their own from now on, to change it by.
    community_following.follow_as_members(activity.community)
    unwanted = _closed_to(community_following.KIND, activity.community_id)
    rows = Membership.objects.active().filter(community=activity.community_id, stepped_back_at=None)
    rows = rows.exclude(user__in=unwanted)
    if thing:
        rows = rows.exclude(user__in=_closed_to(thing.kind, thing.id))
    if muted is not None:
        rows = rows.exclude(user__in=muted)
    if activity.audience == Audience.FACILITATORS:
        rows = rows.facilitating()
    if activity.by_id:
        rows = rows.exclude(user=activity.by_id).exclude(user__in=Block.objects.against(activity.by_id))
    beats = Value(MailState.BEAT.value, output_field=CharField())
    return _insert(rows.annotate(_user=F("user"), _mail=beats), activity, telling, Reason.NEW)


def _closed_to(kind: str, number: int) -> QuerySet[Any, Any]:
    """Give the users who muted or left a thing."""
    rows = Subscription.objects.to(kind, number).filter(Q(pace=Pace.MUTED) | Q(state=State.LEFT))
    return rows.filter(subscriber__user__isnull=False).values("subscriber__user")


def _insert(
    rows: QuerySet[Any],
    activity: Activity,
    telling: concerning.Telling,
    reason: Reason,
    tag: CommunityTag | None = None,
) -> int:
    about_kind, about_id = about(activity, telling)
    sent = When(_mail=MailState.SENT, then=Value(activity.mailing_id))
    # Cast: PostgreSQL takes a NULL that stands alone for a text.
    mailing = Cast(Case(sent, default=Value(None), output_field=BigIntegerField()), BigIntegerField())
    rows = rows.annotate(
        _activity=Value(activity.pk),
        _community=Value(activity.community_id),
        _about_kind=Value(about_kind),
        _about_id=Value(about_id),
        _reason=Value(reason.value),
        _tag=Cast(Value(tag.pk if tag else None), BigIntegerField()),
        _mailing=mailing,
        _at=Value(activity.at, output_field=DateTimeField()),
    )
    made = ("_activity", "_community", "_about_kind", "_about_id", "_reason", "_tag", "_mail", "_mailing", "_at")
    return insert_select(Notification, COLUMNS, rows.values_list("_user", *made))
