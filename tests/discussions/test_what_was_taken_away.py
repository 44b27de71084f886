"""What was hidden, deleted, moved or merged is read by nobody it is no longer for: not quoted, not on the home page."""

import pytest
from django.urls import reverse

from cop.notifications.models import Activity
from discussions import moderating
from tests.factories import ForumFactory, reply_to, topic_of


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
    as_facilitator.post(reverse("discussions:reply-hide", args=[topic.replies.get().pk]))
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
