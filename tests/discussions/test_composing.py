"""What a page offers while somebody writes."""

from django.urls import reverse

from discussions.models import Topic
from tests.factories import BlogFactory, ForumFactory, PostFactory, reply_to, topic_of


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


def test_tags_are_suggested_from_those_in_use_where_one_may_read(as_member, member, facilitator, forum):
    topic_of(forum, by=member, title="One", tags=["weeding", "cold chain"])
    topic_of(forum, by=member, title="Two", tags=["weeding"])
    PostFactory(blog=BlogFactory(community=forum.community), tags=["Weather"])
    PostFactory(blog=BlogFactory(community=forum.community, slug="drafts"), tags=["weekly"], state="draft")
    among_us = ForumFactory(community=forum.community, audience="facilitators")
    topic_of(among_us, by=facilitator, title="Three", tags=["wedges"])
    topic_of(ForumFactory(audience="public"), by=facilitator, title="Elsewhere", tags=["west"])

    def found(typed):
        answer = as_member.get("/c/library/tags/", {"q": typed}).json()["found"]
        return [(one["text"], one["note"]) for one in answer]

    assert found("we") == [("weeding", "2"), ("Weather", "1")]
    assert found("chain") == [("cold chain", "1")]
    assert found("#Wee\0ding") == [("weeding", "2")]
    assert found("zebra") == []


def test_too_many_tags_are_refused_with_what_was_typed(as_member, forum):
    typed = ", ".join(f"tag {number}" for number in range(20))
    page = as_member.post(
        "/c/library/forums/cataloguing/start/",
        {"title": "Who?", "body": "Words", "kind": "discussion", "tags": typed},
    )
    assert page.status_code == 422
    assert "at most 12 tags" in page.content.decode()
    assert typed in page.content.decode()
