"""One factory for each model."""

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from cop.notifications.models import Activity, Subscriber, Subscription
from members.models import Community, Membership, User


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"user{n}@example.org")
    display_name = factory.Sequence(lambda n: f"User {n}")


class CommunityFactory(DjangoModelFactory[Community]):
    class Meta:
        model = Community

    name = factory.Sequence(lambda n: f"Community {n}")
    slug = factory.Sequence(lambda n: f"community-{n}")
    purpose = "To get better at what we do."


class MembershipFactory(DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    community = factory.SubFactory(CommunityFactory)


class SubscriberFactory(DjangoModelFactory[Subscriber]):
    class Meta:
        model = Subscriber

    address = factory.Sequence(lambda n: f"reader{n}@example.net")


class SubscriptionFactory(DjangoModelFactory[Subscription]):
    """A confirmed subscription to `thing` (a followables.Thing)."""

    class Meta:
        model = Subscription

    class Params:
        thing = None

    subscriber = factory.SubFactory(SubscriberFactory)
    thing_kind = factory.LazyAttribute(lambda made: made.thing.kind)
    thing_id = factory.LazyAttribute(lambda made: made.thing.id)
    community_id = factory.LazyAttribute(lambda made: made.thing.community_id)
    state = "confirmed"
    confirmed_at = factory.LazyFunction(timezone.now)
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=14))


class ActivityFactory(DjangoModelFactory[Activity]):
    """A post published in `thing` (a followables.Thing)."""

    class Meta:
        model = Activity

    class Params:
        thing = None

    verb = "published"
    kind = "post"
    object_id = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"Post {n}")
    url = factory.LazyAttribute(lambda made: f"/posts/{made.object_id}/")
    summary = "What it is about."
    community_id = factory.LazyAttribute(lambda made: made.thing.community_id)
    thing_kind = factory.LazyAttribute(lambda made: made.thing.kind)
    thing_id = factory.LazyAttribute(lambda made: made.thing.id)
    audience = factory.LazyAttribute(lambda made: made.thing.audience)
