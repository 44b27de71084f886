"""One factory for each model."""

from datetime import time, timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from blogs.models import Blog, Post
from blogs.saving import save_post
from cop.agreements.models import Commitment, Proposal
from cop.files.models import File
from cop.notifications.models import Activity, Subscriber, Subscription
from discussions.models import Forum, Reply, Topic
from discussions.writing import Writer, start_topic
from discussions.writing import reply as write_reply
from events.expanding import make_occurrences
from events.models import Event
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


class CommitmentFactory(DjangoModelFactory[Commitment]):
    """Something promised for next week."""

    class Meta:
        model = Commitment

    community = factory.SubFactory(CommunityFactory)
    person = factory.SubFactory(UserFactory)
    text = factory.Sequence(lambda n: f"Write chapter {n}")
    due_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=7))


class ProposalFactory(DjangoModelFactory[Proposal]):
    """Something put to consent for a week."""

    class Meta:
        model = Proposal

    community = factory.SubFactory(CommunityFactory)
    proposer = factory.SubFactory(UserFactory)
    title = factory.Sequence(lambda n: f"Proposal {n}")
    text = "We meet on Mondays."
    text_html = "<p>We meet on Mondays.</p>"
    closes_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))


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


class ForumFactory(DjangoModelFactory[Forum]):
    class Meta:
        model = Forum

    community = factory.SubFactory(CommunityFactory)
    name = factory.Sequence(lambda n: f"Forum {n}")
    slug = factory.Sequence(lambda n: f"forum-{n}")


def topic_of(forum: Forum, *, by: User, title: str = "Where do you keep offprints?", **given) -> Topic:
    """A topic with its opening message, as its page would make it."""
    return start_topic(
        title=title, body=given.pop("body", "I wonder."), by=Writer(user=by), forum=forum, is_vetted=True, **given
    )


def reply_to(topic: Topic, *, by: User, body: str = "In a drawer.", **given) -> Reply:
    """A reply, as the page of its topic would make it."""
    return write_reply(topic, body=body, by=Writer(user=by), is_vetted=True, **given)


class EventFactory(DjangoModelFactory[Event]):
    """A published meeting of an hour at ten in Berlin, a week from now, with its occurrences."""

    class Meta:
        model = Event
        skip_postgeneration_save = True

    community = factory.SubFactory(CommunityFactory)
    title = factory.Sequence(lambda n: f"Meeting {n}")
    timezone = "Europe/Berlin"
    first_day = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=7))
    first_time = time(10)
    last_day = factory.LazyAttribute(lambda made: made.first_day)
    last_time = factory.LazyAttribute(lambda made: made.first_time and time(made.first_time.hour + 1))
    audience = "public"
    state = "published"
    published_at = factory.LazyFunction(lambda: timezone.now())

    @factory.post_generation
    def occurrences_made(self, create, *args, **kwargs):
        make_occurrences(self)
