"""Members follow their community: they get its beats unless they choose otherwise."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from cop.base.addresses import tidy_address
from cop.notifications.followables import Thing
from cop.notifications.models import How, Pace, State, Subscriber, Subscription
from cop.notifications.policy_models import policy_of
from cop.notifications.slots import next_slot
from members.audiences import Audience
from members.models import Community, Membership, User

KIND = "community"
BATCH = 1000


def thing_of(community: Community) -> Thing:
    """Give a community as something that its members, and they alone, follow."""
    return Thing(
        kind=KIND,
        id=community.pk,
        title=community.name,
        url=community.get_absolute_url(),
        community_id=community.pk,
        community_name=community.name,
        community_slug=community.slug,
        accent=community.accent,
        audience=Audience.COMMUNITY,
        language=community.language,
        list_id=f"<{community.slug}.{settings.SITE_HOST}>",
        is_archived=community.is_archived,
        paces=(Pace.BEAT, Pace.DAILY, Pace.WEEKLY, Pace.EACH, Pace.MUTED),
    )


def find_communities(ids: Collection[int]) -> dict[int, Thing]:
    """Give the things of those communities that still exist."""
    return {community.pk: thing_of(community) for community in Community.objects.filter(pk__in=ids)}


def follow_as_members(community: Community, *, at: datetime | None = None) -> int:
    """Let each member who neither follows the community nor has left its mails get its beats; give how many are new.

    Looks at members alone that have no subscription yet, so that calling it before each beat costs one query.
    """
    at = at or timezone.now()
    # One list, looked up: asked member by member, SQLite goes through all subscriptions for each of 50,000.
    following = Subscription.objects.to(KIND, community.pk).exclude(subscriber__user=None).values("subscriber__user")
    missing = Membership.objects.active().filter(community=community).exclude(user__in=following).select_related("user")
    added, last = 0, 0
    while batch := list(missing.filter(pk__gt=last).order_by("pk")[:BATCH]):
        last = batch[-1].pk
        added += _subscribe(community, batch, at)
    return added


def _subscribe(community: Community, memberships: list[Membership], at: datetime) -> int:
    users = [membership.user for membership in memberships]
    pace = policy_of(community.pk).newcomers
    return subscribe_all(users, thing_of(community), pace=pace, words=_("Became a member."), at=at)


def subscribe_all(users: Iterable[User], thing: Thing, *, pace: str, words: str, at: datetime) -> int:
    """Let users follow a thing at their accounts' addresses; who ever chose there stays as they are. Give how many."""
    by_address = {}
    for user in users:
        try:
            by_address[tidy_address(user.email)] = user
        except ValidationError:
            continue
    Subscriber.objects.bulk_create(
        [
            Subscriber(address=address, user=user, timezone=user.timezone, language=user.language)
            for address, user in by_address.items()
        ],
        ignore_conflicts=True,
    )
    found = Subscriber.objects.filter(address__in=by_address)
    for outside in found.filter(user=None):  # Read as a customer before: the account has proven the address since.
        Subscriber.objects.filter(pk=outside.pk, user=None).update(user=by_address[outside.address])
    subscriptions = [
        Subscription(
            thing_kind=thing.kind,
            thing_id=thing.id,
            community_id=thing.community_id,
            subscriber=subscriber,
            pace=pace,
            state=State.CONFIRMED,
            consent_how=How.ACCOUNT,
            consent_words=words,
            asked_at=at,
            confirmed_at=at,
            expires_at=at,
            digest_due_at=next_slot(
                at,
                pace=pace,
                timezone=subscriber.timezone,
                weekday=subscriber.digest_weekday,
                hour=subscriber.digest_hour,
            ),
        )
        for subscriber in found
        if subscriber.user_id == by_address[subscriber.address].pk
    ]
    return len(Subscription.objects.bulk_create(subscriptions, ignore_conflicts=True))
