"""Forums in the order that facilitators chose; those that are over can be read."""

import re

import pytest
from django.urls import reverse

from cop.base.errors import Refused
from discussions import opening
from discussions.models import Forum
from tests.factories import ForumFactory, topic_of


def names(client) -> list[str]:
    page = client.get("/c/library/discussions/").content.decode()
    return re.findall(r'forums/[\w-]+/" dir="auto">([^<]+)</a>', page[page.index("<h2>Forums") :])


@pytest.fixture
def forums(community) -> list[Forum]:
    return [ForumFactory(community=community, name=name, slug=name.lower()) for name in ("Ask", "Show", "Tell")]


def put(client, forum, what: str) -> int:
    return client.post(reverse("discussions:forum-set", args=["library", forum.slug]), {"what": what}).status_code


def test_forums_stand_in_the_order_that_a_facilitator_chose(as_facilitator, as_member, forums):
    assert names(as_member) == ["Ask", "Show", "Tell"]
    put(as_facilitator, forums[2], "up")
    assert names(as_member) == ["Ask", "Tell", "Show"]
    put(as_facilitator, forums[0], "down")
    put(as_facilitator, forums[0], "down")
    put(as_facilitator, forums[0], "down")
    assert names(as_member) == ["Tell", "Show", "Ask"]


def test_members_do_not_move_forums_nor_archive_them(as_member, forums):
    assert [put(as_member, forums[0], what) for what in ("down", "archive")] == [403, 403]


def test_an_archived_forum_is_read_and_nobody_writes_in_it(as_facilitator, as_member, forums, member):
    topic = topic_of(forums[0], by=member)
    put(as_facilitator, forums[0], "archive")
    assert names(as_member) == ["Show", "Tell", "Ask"]
    page = as_member.get(topic.get_absolute_url()).content.decode()
    assert "This forum is archived" in page
    assert "Send the reply" not in page
    start = reverse("discussions:topic-add", args=["library", "ask"])
    assert as_facilitator.get(start).status_code == 403
    put(as_facilitator, forums[0], "reopen")
    assert as_member.get(start).status_code == 200


def test_a_topic_sent_while_its_forum_is_archived_is_refused_in_words(forums, member):
    opening.set_archived(forums[0], True)
    with pytest.raises(Refused, match="archived while you wrote"):
        topic_of(forums[0], by=member)


def test_archiving_twice_is_done_once(forums):
    assert opening.set_archived(forums[0], True)
    assert not opening.set_archived(forums[0], True)
