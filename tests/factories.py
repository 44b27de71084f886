"""One factory for each model."""

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from blogs.models import Blog, Post
from blogs.saving import save_post
from cop.files.models import File
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


class BlogFactory(DjangoModelFactory[Blog]):
    """A public blog."""

    class Meta:
        model = Blog

    community = factory.SubFactory(CommunityFactory)
    name = factory.Sequence(lambda n: f"Blog {n}")
    slug = factory.Sequence(lambda n: f"blog-{n}")
    description = "What is new."


class PostFactory(DjangoModelFactory[Post]):
    """A published post that was mailed to nobody; with `state="draft"`, one that is not published."""

    class Meta:
        model = Post

    blog = factory.SubFactory(BlogFactory)
    author = factory.SubFactory(UserFactory)
    title = factory.Sequence(lambda n: f"Post {n}")
    body = "Some *words*."
    state = "published"
    published_at = factory.LazyAttribute(lambda made: timezone.now() if made.state == "published" else None)
    publish_at = factory.LazyAttribute(
        lambda made: timezone.now() + timedelta(days=1) if made.state == "scheduled" else None
    )

    @classmethod
    def _create(cls, model_class, *args, **given):
        """Written the way that writers write it, so that HTML, text and a first version are there."""
        tags = given.pop("tags", None)
        post = model_class(**{name: given[name] for name in given if name not in ("title", "body")})
        words = {"title": given["title"], "body": given["body"], "excerpt": given.get("excerpt", "")}
        return save_post(post, **words, by=post.author, tags=tags)


class FileFactory(DjangoModelFactory[File]):
    """An image's row, without an image behind it."""

    class Meta:
        model = File

    community = factory.SubFactory(CommunityFactory)
    owner = factory.SubFactory(UserFactory)
    name = "image.webp"
    width = 800
    height = 600
    digest = factory.Sequence(lambda n: f"{n:064d}")
