"""What is promised and proposed in a topic stands beside it, and goes where it goes."""

import pytest
from django.utils import timezone

from blogs import commenting, publishing, rearranging
from cop.agreements import committing, proposing
from cop.agreements.models import Commitment, Proposal
from cop.agreements.places import find
from cop.notifications.models import Activity
from cop.search.searching import search
from discussions import moderating, opening
from members.models import User
from tests.factories import BlogFactory, ForumFactory, PostFactory, reply_to, topic_of

TODAY = timezone.localdate


@pytest.fixture
def forum(community):
    return ForumFactory(community=community, slug="desk", audience="community")


@pytest.fixture
def topic(forum, member):
    return topic_of(forum, by=member, title="Where do you keep offprints?")


@pytest.fixture
def place(topic, community):
    return find(f"topic-{topic.pk}", community)


@pytest.fixture
def agreed(place, community, member):
    committing.commit(community, by=member, text="Count the drawers", due_on=TODAY(), place=place)
    proposing.propose(community, by=member, title="One drawer", text="One drawer for all.", place=place)


def shown(client, topic):
    return client.get(topic.get_absolute_url()).content.decode()


def test_a_topic_shows_what_was_agreed_in_it(as_member, topic, agreed):
    page = shown(as_member, topic)
    assert "Count the drawers" in page
    assert "One drawer" in page
    assert f"?in=topic-{topic.pk}" in page


def test_a_promise_is_made_from_the_topic(as_member, topic, community):
    url = f"/c/library/commitments/add/?in=topic-{topic.pk}"
    assert "Where do you keep offprints?" in as_member.get(url).content.decode()
    as_member.post(url, {"text": "Bring a box", "due_on": TODAY()})
    assert Commitment.objects.get().place_url == topic.get_absolute_url()


def test_nothing_is_promised_in_a_locked_topic(as_member, topic):
    topic.locked_at = timezone.now()
    topic.save()
    answer = as_member.post(f"/c/library/commitments/add/?in=topic-{topic.pk}", {"text": "x", "due_on": TODAY()})
    assert answer.status_code == 422
    assert not Commitment.objects.exists()


def test_where_the_forum_closes_its_agreements_do_too(forum, topic, agreed, member, facilitator):
    forum.audience = "facilitators"
    opening.change_forum(forum)
    reader = User.objects.get(pk=member.pk)
    for model in (Commitment, Proposal):
        assert not model.objects.visible_to(reader).exists()
        assert model.objects.visible_to(facilitator).exists()
    assert not search(reader, "drawer").hits


def test_where_the_topic_moves_its_agreements_move_too(community, topic, agreed, member, facilitator):
    closed = ForumFactory(community=community, slug="closed", audience="facilitators")
    moderating.move(topic, forum=closed, by=facilitator)
    for model in (Commitment, Proposal):
        assert not model.objects.visible_to(member).exists()
    assert not search(member, "drawer").hits
    assert search(facilitator, "drawer").hits


def test_replies_are_found_within_their_topic_and_forum(as_member, forum, topic, member):
    reply_to(topic, by=member, body="In a drawer with lavender.")
    other = topic_of(forum, by=member, title="Lavender")
    for within, count in ((f"topic-{topic.pk}", 1), (f"forum-{forum.pk}", 2)):
        page = as_member.get("/c/library/search/", {"q": "lavender", "within": within}).content.decode()
        assert f"{count} found" in page
    assert search(member, "lavender", topic=other.pk).count == 1


def test_the_number_of_queries_does_not_grow(query_count, as_member, topic, place, community, member, agreed):
    before = query_count(as_member, topic.get_absolute_url())
    for number in range(5):
        committing.commit(community, by=member, text=f"Box {number}", due_on=TODAY(), place=place)
        proposing.propose(community, by=member, title=f"Box {number}", text="x", place=place)
    assert query_count(as_member, topic.get_absolute_url()) == before


def test_what_was_agreed_in_comments_is_read_by_whoever_reads_the_post_today(community, member, facilitator, visitor):
    post = PostFactory(blog=BlogFactory(community=community), author=facilitator, state="draft")
    publishing.publish(post, by=facilitator, is_mailed=False)
    place = find(f"topic-{commenting.comment(post, body='Yes!', by=member).topic_id}", community)
    committing.commit(community, by=member, text="Count the drawers", due_on=TODAY(), place=place)
    proposing.propose(community, by=member, title="One drawer", text="One drawer for all.", place=place)
    post.blog.audience = "facilitators"
    rearranging.change_blog(post.blog)
    reader = User.objects.get(pk=member.pk)
    assert not Commitment.objects.visible_to(reader).exists()
    assert not Proposal.objects.visible_to(reader).exists()
    assert not search(reader, "drawer").hits


def test_what_was_agreed_in_a_hidden_topic_moves_with_it(topic, agreed, community, member, facilitator):
    moderating.set_hidden(topic, True, by=facilitator)
    inner = ForumFactory(community=community, slug="inner", audience="facilitators")
    moderating.move(topic, forum=inner, by=facilitator)
    assert not Commitment.objects.visible_to(User.objects.get(pk=member.pk)).exists()


def test_what_was_agreed_in_a_topic_that_moved_opens_and_closes_with_its_new_forum(
    forum, topic, agreed, community, facilitator
):
    new = ForumFactory(community=community, audience="public")
    moderating.move(topic, forum=new, by=facilitator)
    told = Activity.objects.filter(kind__in=["commitment", "proposal"])
    assert told.exists()
    new.audience = "facilitators"
    opening.change_forum(new)
    assert set(told.values_list("audience", flat=True)) == {"facilitators"}
    # The forum that it left opens nothing any more.
    forum.audience = "public"
    opening.change_forum(forum)
    assert set(told.values_list("audience", flat=True)) == {"facilitators"}
