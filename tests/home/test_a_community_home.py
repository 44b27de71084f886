"""A community's home: what it is for, who facilitates, what comes, what is new, how to join."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blogs import publishing
from cop.notifications.followables import find
from discussions import writing
from discussions.writing import Writer
from events import polling
from events import publishing as scheduling
from events.poll_models import DatePoll
from members import joining
from tests.factories import ActivityFactory, BlogFactory, EventFactory, ForumFactory, MembershipFactory, PostFactory


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


@pytest.fixture
def meeting(community):
    community.tools = ["blogs", "events"]
    community.save()
    return community


def test_the_next_events_stand_first_each_once(visitor, meeting):
    EventFactory(community=meeting, title="Daily coffee", rule="FREQ=DAILY;COUNT=20")
    EventFactory(community=meeting, title="Visit to the bindery", first_day=timezone.localdate() + timedelta(days=20))
    page = shown(visitor, meeting)
    assert page.count("Daily coffee") == 1
    assert page.index("Daily coffee") < page.index("Visit to the bindery") < page.index("What is new")


def test_what_is_called_off_a_draft_or_for_others_is_no_next_event(visitor, as_member, meeting, facilitator):
    EventFactory(community=meeting, title="Half written", state="draft")
    EventFactory(community=meeting, title="Among members", audience="community")
    off = EventFactory(community=meeting, title="Picnic")
    assert "Picnic" in shown(visitor, meeting)
    scheduling.cancel_event(off, reason="Rain")
    page = shown(visitor, meeting)
    assert not [title for title in ("Half written", "Among members", "Picnic") if title in page]
    assert "Among members" in shown(as_member, meeting)


def test_members_see_that_a_date_is_looked_for_until_it_is_found(visitor, as_member, meeting, facilitator):
    days = [timezone.now().replace(tzinfo=None) + timedelta(days=number) for number in (5, 6)]
    poll = polling.ask(DatePoll(community=meeting, title="Winter walk", timezone="UTC"), starts=days, by=facilitator)
    assert "Winter walk" in shown(as_member, meeting)
    assert "Winter walk" not in shown(visitor, meeting)
    polling.close(poll)
    assert "Winter walk" not in shown(as_member, meeting)


def test_a_lively_topic_takes_one_line_and_says_how_much_there_is(visitor, facilitator, community):
    forum = ForumFactory(community=community, audience="public")
    by = Writer(user=facilitator)
    quiet = writing.start_topic(title="Where do we keep the maps?", body="In the cellar?", by=by, forum=forum)
    lively = writing.start_topic(title="Which embargo date?", body="There are two.", by=by, forum=forum)
    for number in range(3):
        writing.reply(lively, body=f"Answer {number}", by=by)
    page = shown(visitor, community)
    assert page.count("Which embargo date?") == 1
    assert "Answer 2" in page
    assert "Answer 1" not in page
    assert "3 more before it" in page
    assert page.count(quiet.title) == 1
