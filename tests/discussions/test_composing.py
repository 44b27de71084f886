"""What a page offers while somebody writes."""

from django.urls import reverse

from discussions.models import Topic
from tests.factories import ForumFactory, reply_to, topic_of


def similar(client, forum, title: str) -> str:
    url = reverse("discussions:topics-similar", args=["library", forum.slug])
    return client.get(url, {"title": title}).content.decode()


def test_topics_like_it_are_shown_with_what_became_of_them(as_member, topic, forum, other, member):
    reply_to(topic, by=other)
    Topic.objects.update(answered_at=topic.started_at)
    page = similar(as_member, forum, "Keeping offprints in order")
    assert topic.get_absolute_url() in page
    assert "Answered" in page
    assert "1 reply" in page
    assert similar(as_member, forum, "Goats").strip() == ""
    assert similar(as_member, forum, "\0 % ' \"").strip() == ""


def test_no_topic_is_hinted_at_that_one_may_not_read(as_member, forum, facilitator, community):
    topic_of(ForumFactory(community=community, audience="facilitators"), by=facilitator, title="Salaries of librarians")
    assert "Salaries" not in similar(as_member, forum, "Salaries of librarians")


def test_hints_cost_as_many_queries_for_5_topics_as_for_1(as_member, topic, forum, member, query_count):
    url = f"{reverse('discussions:topics-similar', args=['library', forum.slug])}?title=offprints"
    few = query_count(as_member, url)
    for number in range(4):
        topic_of(forum, by=member, title=f"Offprints {number}")
    assert query_count(as_member, url) == few


def test_pictures_are_offered_by_name_those_used_often_first(client):
    found = client.get(reverse("markup:emoji")).json()["emoji"]
    assert found[0] == ["smile", "😄"]
    assert ["seedling", "🌱"] in found
