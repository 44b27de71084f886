"""A forum with a question in it."""

import pytest
from allauth.account.models import EmailAddress

from discussions.models import Forum, Topic
from tests.factories import ForumFactory, MembershipFactory, topic_of


@pytest.fixture
def forum(community) -> Forum:
    return ForumFactory(community=community, name="Cataloguing", slug="cataloguing", audience="public")


@pytest.fixture
def topic(forum, member) -> Topic:
    return topic_of(forum, by=member, kind="question")


@pytest.fixture
def other(community):
    """Another member, whose address is proven."""
    user = MembershipFactory(community=community, user__display_name="Olga").user
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def as_other(signed_in, other):
    return signed_in(other)
