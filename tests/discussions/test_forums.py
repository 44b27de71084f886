"""Forums in the order that facilitators chose; those that are over can be read."""

import re

import pytest
from django.urls import reverse

from cop.base.errors import Refused
from discussions import moderating, opening, writing
from discussions.models import Forum
from discussions.writing import Writer
from members import carrying_out, closing_account
from members.closing_models import Choice
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


def test_a_visitor_s_list_of_topics_is_kept_and_made_anew_by_all_that_it_shows(
    visitor, as_member, forum, member, facilitator, query_count
):
    url = forum.get_absolute_url()
    topic = topic_of(forum, by=member, title="Boxes", tags=["stock"])
    assert query_count(visitor, url) == 1
    changes = [
        (lambda: topic_of(forum, by=member, title="Labels"), "Labels", ""),
        (lambda: moderating.rename(topic, title="Crates", tags=["wood"], by=facilitator), "Crates", "Boxes"),
        (lambda: moderating.set_pinned(topic, True, by=facilitator), "Pinned", ""),
        (lambda: moderating.set_locked(topic, True, by=facilitator), "Locked", ""),
        (lambda: moderating.set_locked(topic, False, by=facilitator), "", "Locked"),
        (lambda: writing.reply(topic, body="In the cellar.", by=Writer(user=member)), "1 reply", ""),
        (lambda: moderating.set_hidden(topic, True, by=facilitator), "", "Crates"),
        (lambda: moderating.set_hidden(topic, False, by=facilitator), "Crates", ""),
        (lambda: moderating.delete_topic(topic, by=facilitator), "", "Crates"),
    ]
    for change, there, gone in changes:
        change()
        page = visitor.get(url).content.decode()
        assert there in page, (there, gone)
        assert not gone or gone not in page, (there, gone)
    assert "Labels" in as_member.get(url).content.decode()


def test_a_title_removed_with_its_account_is_gone_from_a_visitor_s_list(visitor, forum, member, facilitator):
    topic = topic_of(forum, by=member, title="My boxes")
    writing.reply(topic, body="An answer.", by=Writer(user=facilitator))
    assert "My boxes" in visitor.get(forum.get_absolute_url()).content.decode()
    closing_account.close(member, choice=Choice.REMOVE)
    carrying_out.carry_out_due()
    assert "My boxes" not in visitor.get(forum.get_absolute_url()).content.decode()
