"""A community's home: what it is for, who facilitates, what is new, how to join."""

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blogs import publishing
from cop.notifications.followables import find
from members import joining
from tests.factories import ActivityFactory, BlogFactory, MembershipFactory, PostFactory


def shown(client, community) -> str:
    return client.get(community.get_absolute_url()).content.decode()


@pytest.fixture
def blog(community):
    return BlogFactory(community=community, name="Current awareness", slug="news")


def test_it_says_what_the_community_is_for_and_who_facilitates(visitor, facilitator, blog, community):
    page = shown(visitor, community)
    assert community.purpose in page
    assert "Fatima" in page
    assert "Current awareness" in page


def test_a_post_is_new_as_soon_as_it_is_published_and_gone_when_withdrawn(visitor, facilitator, blog, community):
    post = PostFactory(blog=blog, author=facilitator, title="Soil week", state="draft")
    assert "Soil week" not in shown(visitor, community)
    publishing.publish(post, by=facilitator)
    assert "Soil week" in shown(visitor, community)
    publishing.withdraw(post, by=facilitator)
    assert "Soil week" not in shown(visitor, community)


def test_what_is_for_members_stays_with_them(visitor, as_member, as_outsider, facilitator, community):
    desk = BlogFactory(community=community, slug="desk", name="Behind the desk", audience="community")
    publishing.publish(PostFactory(blog=desk, author=facilitator, title="Lunch rota", state="draft"), by=facilitator)
    assert "Lunch rota" in shown(as_member, community)
    assert "Lunch rota" not in shown(as_outsider, community)
    assert "Lunch rota" not in shown(visitor, community)
    assert "Behind the desk" not in shown(visitor, community)


def test_who_leaves_no_longer_sees_what_is_for_members(as_member, member, facilitator, community):
    desk = BlogFactory(community=community, slug="desk", audience="community")
    publishing.publish(PostFactory(blog=desk, author=facilitator, title="Lunch rota", state="draft"), by=facilitator)
    assert "Lunch rota" in shown(as_member, community)
    joining.leave(community, by=member)
    assert "Lunch rota" not in shown(as_member, community)


def test_a_new_facilitator_is_shown_at_once(visitor, facilitator, member, community):
    assert "Mina" not in shown(visitor, community)
    joining.change_role(community.memberships.get(user=member), "facilitator", by=facilitator)
    assert "Mina" in shown(visitor, community)


def test_somebody_who_asked_to_join_reads_that_it_is_with_the_facilitators(signed_in, outsider, community):
    community.join_rule = "request"
    community.save()
    assert "Ask to join" in shown(signed_in(outsider), community)
    joining.ask_to_join(community, by=outsider)
    assert "A facilitator will answer" in shown(signed_in(outsider), community)


def queries(client, community) -> int:
    """The queries of one look at the page, when none of its parts is kept."""
    client.get(community.get_absolute_url())
    caches["parts"].clear()
    with CaptureQueriesContext(connection) as found:
        client.get(community.get_absolute_url())
    return len(found)


@pytest.mark.parametrize("client", ["visitor", "as_member", "as_facilitator"])
def test_it_costs_the_same_with_few_things_and_with_many(client, request, blog, community):
    browser, thing = request.getfixturevalue(client), find("blog", blog.pk)
    ActivityFactory.create_batch(2, thing=thing)
    MembershipFactory(community=community, role="facilitator")
    few = queries(browser, community)
    ActivityFactory.create_batch(18, thing=thing)
    BlogFactory.create_batch(5, community=community)
    MembershipFactory.create_batch(4, community=community, role="facilitator")
    assert queries(browser, community) == few
