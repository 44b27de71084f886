"""A source that is paused is told to those who can do something about it, in plain words, once."""

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from blogs.collecting import note_failure
from blogs.models import Blog
from blogs.sources import FeedSource, SourceUse
from cop.base.fetching import FetchFailed
from cop.mail.models import Delivery, Mailing
from tests.factories import MembershipFactory

NOW = datetime(2026, 1, 10, tzinfo=UTC)
GONE = FetchFailed("gone", "journal.example says that this feed has been given up.", is_final=True)
pytestmark = pytest.mark.django_db


def test_facilitators_are_told_why_and_what_to_do(use, facilitator, member):
    note_failure(use.source, GONE, at=NOW)
    assert list(Delivery.objects.values_list("address", flat=True)) == [facilitator.email]
    message = message_from_bytes(bytes(Mailing.objects.get().source), policy=policy.default)
    text = message.get_body(("plain",)).get_content()
    assert "Current awareness" in message["Subject"]
    assert "has been given up" in text
    assert use.get_absolute_url() in text
    assert "has been given up" in message.get_body(("html",)).get_content()


def test_each_facilitator_of_each_blog_is_told_once(use, facilitator, community):
    MembershipFactory(community=community, role="facilitator")
    other = Blog.objects.create(community=community, name="Other", slug="other")
    SourceUse.objects.create(blog=other, source=use.source)
    note_failure(use.source, GONE, at=NOW)
    note_failure(use.source, GONE, at=NOW)
    assert Delivery.objects.count() == 4


def test_blogs_that_paused_the_feed_themselves_are_left_alone(use):
    SourceUse.objects.update(is_paused=True)
    note_failure(use.source, GONE, at=NOW)
    assert not Delivery.objects.exists()


def test_a_failure_that_may_pass_is_not_told(use):
    note_failure(use.source, FetchFailed("timeout", "Too slow."), at=NOW)
    assert not Delivery.objects.exists()
    assert FeedSource.objects.get().state == "active"
