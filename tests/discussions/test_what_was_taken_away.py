"""What was hidden, deleted, moved or merged is read by nobody it is no longer for: not quoted, not on the home page."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from cop.base.errors import Refused
from cop.moderation import acting
from cop.moderation.action_models import What
from cop.moderation.things import Why
from cop.notifications.models import Activity
from cop.search.models import SearchEntry
from discussions import moderating, reading, tagging
from discussions.models import Topic
from tests.factories import ForumFactory, reply_to, topic_of

POINT = "1. We speak about the matter, not about the person."


@pytest.mark.parametrize("take", [moderating.hide, moderating.take_back])
def test_a_reply_that_is_gone_is_not_quoted(take, as_other, topic, member, facilitator):
    sent = reply_to(topic, by=member, body="Rude words")
    take(sent, by=facilitator)
    answer = as_other.get(reverse("discussions:reply-below", args=["library", topic.pk, sent.pk]) + "?quote=1")
    assert answer.status_code == 404


def test_a_deleted_topic_leaves_the_home_page_with_its_replies(visitor, topic, member, facilitator):
    reply_to(topic, by=member, body="Rude words")
    moderating.delete_topic(topic, by=facilitator)
    assert "offprints" not in visitor.get("/c/library/").content.decode()
    moderating.bring_back(topic, by=facilitator)
    assert "offprints" in visitor.get("/c/library/").content.decode()


def test_what_is_merged_into_a_smaller_audience_is_told_to_it_alone(visitor, topic, member, facilitator, community):
    reply_to(topic, by=member, body="Secret words")
    closed = topic_of(ForumFactory(community=community, audience="facilitators"), by=facilitator, title="Inside")
    moderating.merge(topic, into=closed, by=facilitator)
    assert not Activity.objects.standing().filter(audience="public").exists()
    assert "Secret words" not in visitor.get("/c/library/").content.decode()


def test_what_is_split_off_and_moved_is_told_to_its_new_readers_alone(topic, member, facilitator, community):
    first = reply_to(topic, by=member, body="First")
    reply_to(topic, by=member, body="Secret words", parent=first)
    new = moderating.split(first, title="Inside", by=facilitator)
    moderating.move(new, forum=ForumFactory(community=community, audience="facilitators"), by=facilitator)
    told = Activity.objects.standing().filter(summary__contains="Secret words")
    assert set(told.values_list("audience", flat=True)) == {"facilitators"}


def test_the_opening_of_a_topic_without_replies_can_be_hidden(as_facilitator, topic, visitor):
    opening = topic.replies.get()
    led = as_facilitator.post(reverse("discussions:reply-hide", args=[opening.pk]))["Location"]
    assert led == f"/moderate/reply/{opening.pk}/hidden/"  # Of somebody else's: for a point of the guidelines.
    as_facilitator.post(led, {"reason": POINT})
    topic.refresh_from_db()
    assert topic.reply_count == 0
    assert "I wonder." not in visitor.get("/c/library/").content.decode()


def test_hiding_and_then_deleting_counts_once(topic, member, facilitator):
    sent = reply_to(topic, by=member)
    reply_to(topic, by=member)
    moderating.hide(sent, by=facilitator)
    moderating.take_back(sent, by=facilitator)
    topic.refresh_from_db()
    assert topic.reply_count == 1


def test_a_facilitator_finds_a_deleted_topic_and_brings_it_back(as_facilitator, as_member, topic, facilitator):
    moderating.delete_topic(topic, by=facilitator)
    url = reverse("discussions:topics-deleted", args=["library"])
    assert "offprints" in as_facilitator.get(url).content.decode()
    back = reverse("discussions:topic-bring-back", args=["library", topic.pk])
    assert as_member.post(back).status_code == 403
    as_facilitator.post(back)
    assert "offprints" not in as_facilitator.get(url).content.decode()
    assert as_member.get(topic.get_absolute_url()).status_code == 200


def test_the_list_of_what_was_deleted_says_by_whom_why_and_until_when(as_facilitator, topic, facilitator, settings):
    why = Why("2. We write what helps others", "It was advertising.")
    acting.do(What.DELETED, "topic", topic.pk, by=facilitator, why=why)
    topic.refresh_from_db()
    url = reverse("discussions:topics-deleted", args=["library"])
    page = as_facilitator.get(url).content.decode()
    assert f"by <bdi>{facilitator.display_name}</bdi>" in page
    assert why.reason in page and why.words in page
    until = timezone.localtime(topic.deleted_at + timedelta(days=settings.KEEP_DAYS["deleted"]))
    assert f"can be brought back until {date_format(until)}" in page
    settings.KEEP_DAYS = settings.KEEP_DAYS | {"deleted": 0}
    assert "can be brought back until" not in as_facilitator.get(url).content.decode()


def test_what_its_own_starter_deleted_is_said_to_be_theirs(as_facilitator, topic):
    acting.do(What.DELETED, "topic", topic.pk, by=topic.starter, why=Why())
    url = reverse("discussions:topics-deleted", args=["library"])
    assert f"by <bdi>{topic.starter.display_name}</bdi>" in as_facilitator.get(url).content.decode()


def test_the_list_of_what_was_deleted_costs_the_same_for_many(as_facilitator, topic, member, facilitator, query_count):
    url = reverse("discussions:topics-deleted", args=["library"])
    acting.do(What.DELETED, "topic", topic.pk, by=facilitator, why=Why("1. Point"))
    few = query_count(as_facilitator, url)
    for _each in range(5):
        other = topic_of(topic.forum, by=member)
        acting.do(What.DELETED, "topic", other.pk, by=facilitator, why=Why("1. Point"))
    assert query_count(as_facilitator, url) == few


def test_a_hidden_topic_is_read_by_facilitators_alone(as_facilitator, as_member, visitor, topic):
    url = reverse("discussions:topic-set", args=["library", topic.pk])
    led = as_facilitator.post(url, {"what": "hide"})["Location"]
    assert led == f"/moderate/topic/{topic.pk}/hidden/"  # Of somebody else's: for a point of the guidelines.
    as_facilitator.post(led, {"reason": POINT})
    assert as_member.get(topic.get_absolute_url()).status_code == 404
    assert "offprints" not in visitor.get("/c/library/").content.decode()
    assert "Hidden" in as_facilitator.get(topic.get_absolute_url()).content.decode()
    as_facilitator.post(url, {"what": "unhide"})
    assert as_member.get(topic.get_absolute_url()).status_code == 200


def test_tags_of_a_closed_forum_are_suggested_to_nobody_else(topic, member, facilitator, community):
    topic.tags.set(["open"])
    closed = ForumFactory(community=community, audience="facilitators")
    topic_of(closed, by=facilitator, title="Inside", tags=["secret"])
    assert tagging.tags_in(community, reader=member) == ["open"]
    assert tagging.tags_in(community, reader=facilitator) == ["open", "secret"]


def test_what_is_taken_back_waits_where_it_was_written(as_member, topic, member, other):
    answer = reply_to(topic, by=other)
    for sent, place in (
        (reply_to(topic, by=member, body="Hasty words"), topic.get_absolute_url()),
        (
            reply_to(topic, by=member, body="Hasty words", parent=answer),
            reverse("discussions:reply-below", args=["library", topic.pk, answer.pk]),
        ),
    ):
        led = as_member.post(reverse("discussions:reply-delete", args=[sent.pk]))
        assert led.url.startswith(place)
        assert "Hasty words</textarea>" in as_member.get(led.url).content.decode()


def test_a_link_to_a_reply_behind_many_deleted_ones_arrives(as_member, topic, member, facilitator):
    for _number in range(reading.REPLIES_A_PAGE):
        moderating.take_back(reply_to(topic, by=member), by=facilitator)
    last = reply_to(topic, by=member, body="Here at last")
    led = as_member.get(last.get_absolute_url())
    assert "Here at last" in as_member.get(led.url).content.decode()


def test_a_topic_locked_meanwhile_takes_facilitators_replies_alone(topic, member, facilitator):
    moderating.set_locked(topic, True, by=facilitator)
    with pytest.raises(Refused, match="locked"):
        reply_to(topic, by=member)
    assert reply_to(topic, by=facilitator).pk


def test_who_started_a_topic_is_not_offered_to_delete_what_others_wrote_below(as_member, topic, other):
    assert reverse("discussions:reply-delete", args=[topic.replies.get().pk]) in _page(as_member, topic)
    reply_to(topic, by=other)
    assert reverse("discussions:reply-delete", args=[topic.replies.first().pk]) not in _page(as_member, topic)


def _page(client, topic):
    return client.get(topic.get_absolute_url()).content.decode()


def test_what_was_hidden_stays_hidden_when_it_is_merged(visitor, as_facilitator, topic, member, facilitator):
    secret = topic_of(topic.forum, by=member, title="Hidden one", body="Nobody may read this")
    reply_to(secret, by=member, body="Nor this")
    moderating.set_hidden(secret, True, by=facilitator)
    moderating.merge(Topic.objects.get(pk=secret.pk), into=topic, by=facilitator)
    page = visitor.get(topic.get_absolute_url()).content.decode()
    assert "Nobody may read this" not in page
    assert "Nor this" not in page
    assert "Nobody may read this" in as_facilitator.get(topic.get_absolute_url()).content.decode()
    assert not SearchEntry.objects.visible_to(member).filter(text__contains="Nobody may").exists()


def test_what_is_split_off_a_hidden_topic_is_hidden(visitor, as_member, topic, member, facilitator):
    branch = reply_to(topic, by=member, body="Nobody may read this")
    moderating.set_hidden(topic, True, by=facilitator)
    new = moderating.split(branch, title="Apart", by=facilitator)
    assert visitor.get(new.get_absolute_url()).status_code == 404
    assert "Apart" not in as_member.get(topic.forum.get_absolute_url()).content.decode()
    assert Topic.objects.get(pk=new.pk).hidden_at is not None
