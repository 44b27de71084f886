"""Replies are found by their own words, and shown under their topic's title."""

from cop.search import indexing
from cop.search.searching import search
from members.blocking import block
from tests.factories import ForumFactory, reply_to, topic_of


def test_a_reply_is_found_by_its_own_words_alone(community, member):
    forum = ForumFactory(community=community)
    topic = topic_of(forum, by=member, title="Where do you keep offprints?")
    reply = reply_to(topic, by=member, body="In a drawer with lavender.")
    assert [hit.entry.kind for hit in search(member, "offprints").hits] == ["topic"]
    [hit] = search(member, "lavender").hits
    assert hit.entry.object_id == reply.pk
    assert hit.title == [("Where do you keep offprints?", False)]
    list(indexing.reindex("reply"))
    assert search(member, "lavender").count == 1


def test_what_somebody_blocked_wrote_is_not_found_by_whoever_blocked_them(community, member, facilitator):
    topic = topic_of(ForumFactory(community=community), by=facilitator, title="Where do you keep offprints?")
    reply_to(topic, by=facilitator, body="In a drawer with lavender.")
    assert search(member, "lavender").count == 1
    block(facilitator, by=member)
    assert search(member, "lavender").count == search(member, "offprints").count == 0
    assert search(facilitator, "lavender").count == 1
