"""Publishing: read by its audience, told once, mailed once to each who asked for it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from blogs import publishing
from blogs.following import thing_of
from blogs.models import Post
from cop.base.errors import Refused
from cop.mail.models import Delivery
from cop.notifications.models import Activity
from tests.factories import PostFactory, SubscriptionFactory
from tests.notifications.conftest import mails_to, text_of


@pytest.fixture
def reader(blog):
    """An outside reader who wants each post."""
    return SubscriptionFactory(thing=thing_of(blog), subscriber__address="rosa@example.net")


def test_each_subscriber_gets_it_once(draft, facilitator, blog, reader):
    SubscriptionFactory(thing=thing_of(blog), subscriber__address="ravi@example.net")
    assert publishing.publish(draft, by=facilitator)
    assert sorted(Delivery.objects.values_list("address", flat=True)) == ["ravi@example.net", "rosa@example.net"]


def test_publishing_twice_does_it_once(draft, facilitator, reader):
    publishing.publish(draft, by=facilitator)
    assert not publishing.publish(Post.objects.get(pk=draft.pk), by=facilitator)
    assert not publishing.publish(draft, by=facilitator)
    assert Delivery.objects.count() == 1
    assert Activity.objects.count() == 1


def test_a_second_click_at_the_same_moment_finds_nothing_to_do(draft, facilitator, reader):
    first, second = Post.objects.get(pk=draft.pk), Post.objects.get(pk=draft.pk)
    assert [publishing.publish(one, by=facilitator) for one in (first, second)] == [True, False]
    assert Delivery.objects.count() == 1


def test_what_was_withdrawn_and_published_again_is_not_mailed_again(draft, facilitator, reader):
    publishing.publish(draft, by=facilitator)
    Delivery.objects.update(state="sent")
    publishing.withdraw(draft, by=facilitator)
    publishing.publish(draft, by=facilitator)
    assert Delivery.objects.count() == 1
    assert Activity.objects.standing().count() == 1


def test_readers_with_another_pace_are_not_mailed_at_once(draft, facilitator, blog):
    for pace in ("daily", "weekly", "muted"):
        SubscriptionFactory(thing=thing_of(blog), pace=pace)
    publishing.publish(draft, by=facilitator)
    assert not Delivery.objects.exists()


def test_the_mail_holds_the_whole_post_as_text_and_html(blog, facilitator, reader):
    post = PostFactory(
        blog=blog, author=facilitator, state="draft", title="Tea", body="Come **soon**.\n\n[More](/c/library/)"
    )
    publishing.publish(post, by=facilitator)
    mail = mails_to("rosa@example.net")[0]
    assert mail["Subject"] == "Tea"
    assert "Come **soon**." in text_of(mail)
    html = mail.get_body(("html",)).get_content()
    assert "<strong>soon</strong>" in html
    assert 'href="http://localhost:8000/c/library/"' in html
    assert "You get this because you subscribed" in text_of(mail)
    assert mail["List-Id"] == "<news.library.localhost>"


def test_a_withdrawn_post_is_not_sent_to_those_who_still_wait(draft, facilitator, reader):
    publishing.publish(draft, by=facilitator)
    assert publishing.withdraw(draft, by=facilitator)
    assert Delivery.objects.get().state == "skipped"
    assert not Activity.objects.standing().exists()
    assert not publishing.withdraw(draft, by=facilitator)


def test_an_archived_community_publishes_nothing(draft, facilitator, community):
    community.archived_at = timezone.now()
    community.save()
    with pytest.raises(Refused, match="archived"):
        publishing.publish(Post.objects.get(pk=draft.pk), by=facilitator)


def test_a_scheduled_post_comes_out_in_its_minute_and_once(draft, facilitator, reader):
    moment = timezone.now() + timedelta(hours=1)
    publishing.schedule(draft, by=facilitator, at=moment)
    assert publishing.publish_due(moment - timedelta(seconds=1)) == 0
    assert publishing.publish_due(moment) == 1
    assert publishing.publish_due(moment) == 0
    assert Delivery.objects.count() == 1


def test_a_moment_that_is_past_is_refused(draft, facilitator):
    with pytest.raises(Refused, match="past"):
        publishing.schedule(draft, by=facilitator, at=timezone.now() - timedelta(minutes=1))
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_a_scheduled_post_can_be_a_draft_again(draft, facilitator):
    moment = timezone.now() + timedelta(hours=1)
    publishing.schedule(draft, by=facilitator, at=moment)
    assert publishing.unschedule(draft, by=facilitator)
    assert publishing.publish_due(moment) == 0


def test_what_is_scheduled_in_a_community_archived_since_becomes_a_draft(draft, facilitator, community):
    moment = timezone.now() + timedelta(hours=1)
    publishing.schedule(draft, by=facilitator, at=moment)
    community.archived_at = timezone.now()
    community.save()
    assert publishing.publish_due(moment) == 0
    draft.refresh_from_db()
    assert draft.state == "draft"


@pytest.mark.parametrize("state", ["draft", "scheduled", "published", "withdrawn"])
def test_row_and_query_agree_on_what_is_published(blog, state):
    post = PostFactory(blog=blog, state=state)
    assert post.is_published is Post.objects.published().filter(pk=post.pk).exists()


def test_the_publish_button_works_once_however_often_it_is_pressed(draft, reader, as_facilitator, at):
    for _click in range(3):
        as_facilitator.post(at("post-publish", draft.pk))
    draft.refresh_from_db()
    assert draft.is_published
    assert Delivery.objects.count() == 1


def test_the_post_s_page_says_how_far_its_mailing_is(draft, facilitator, reader, as_facilitator, as_member, at):
    publishing.publish(draft, by=facilitator)
    page = as_facilitator.get(draft.get_absolute_url()).content.decode()
    assert "Sent to 0 of 1" in page
    assert "Sent to" not in as_member.get(draft.get_absolute_url()).content.decode()


def test_a_facilitator_pauses_a_mailing_and_lets_it_go_on(draft, facilitator, reader, as_facilitator, at):
    publishing.publish(draft, by=facilitator)
    as_facilitator.post(at("mailing-pause", draft.pk))
    assert publishing.mailing_of(draft).state == "paused"
    assert "Paused by Fatima" in as_facilitator.get(at("mailing-progress", draft.pk)).content.decode()
    as_facilitator.post(at("mailing-resume", draft.pk))
    assert publishing.mailing_of(draft).state == "sending"


def test_a_date_in_the_past_is_said_on_the_post_s_page(draft, as_facilitator, at):
    answer = as_facilitator.post(at("post-schedule", draft.pk), {"publish_at": "2020-01-01T10:00"}, follow=True)
    assert "This moment is past" in answer.content.decode()


def test_a_moment_is_read_in_the_writer_s_own_time_zone(draft, facilitator, as_facilitator, at):
    facilitator.timezone = "Asia/Tokyo"
    facilitator.save()
    as_facilitator.post(at("post-schedule", draft.pk), {"publish_at": "2030-01-01T09:00"})
    draft.refresh_from_db()
    assert draft.publish_at.isoformat() == "2030-01-01T00:00:00+00:00"
