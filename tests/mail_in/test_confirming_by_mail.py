"""A subscription confirmed, or turned down, by answering the mail that asks."""

import pytest

from cop.notifications import asking, followables, leaving
from cop.notifications.adding_many import add
from cop.notifications.following import subscription_of
from cop.notifications.models import Subscription
from discussions.following import thing_of_topic
from discussions.models import Reply
from tests.factories import BlogFactory
from tests.mail_in.conftest import arrive, mail, mail_to, names_to

ROSA = "rosa@example.net"


@pytest.fixture
def blog(community):
    return BlogFactory(community=community, name="New Books", audience="public")


@pytest.fixture
def asked(blog, facilitator):
    """The mail to somebody whom a facilitator entered."""
    add(followables.find("blog", blog.pk), [ROSA], by=facilitator)
    return mail_to(ROSA)


def row() -> Subscription:
    return Subscription.objects.get(subscriber__address=ROSA)


@pytest.mark.parametrize("text", ["Yes", "ok, thank you", "Ja.", "Confirm"])
def test_yes_confirms(asked, text):
    assert "answer this mail with “yes”" in asked.get_body(("plain",)).get_content()
    arrived = arrive(mail(ROSA, asked["Reply-To"], text))
    assert (arrived.state, row().state) == ("done", "confirmed")
    assert "You get new posts of “New Books”" in mail_to(ROSA).get_body(("plain",)).get_content()


def test_no_turns_it_down(asked):
    arrive(mail(ROSA, asked["Reply-To"], "no"))
    assert row().state == "left"


@pytest.mark.parametrize("text", ["I am away until Monday and read this then.", "Who are you?"])
def test_other_words_are_no_consent(asked, text):
    assert arrive(mail(ROSA, asked["Reply-To"], text)).state == "refused"
    assert row().state == "waiting"


def test_somebody_else_s_yes_is_asked_back(asked):
    assert arrive(mail("mallory@example.net", asked["Reply-To"], "yes")).state == "held"
    assert row().state == "waiting"


def test_who_left_meanwhile_is_not_confirmed(asked):
    leaving.leave(row())
    assert arrive(mail(ROSA, asked["Reply-To"], "yes")).state == "refused"
    assert row().state == "left"


def test_who_asked_on_the_page_confirms_so_too(blog, visitor):
    visitor.post(f"/mail/subscribe/blog/{blog.pk}/", {"address": ROSA})
    asking.answer_due()
    arrive(mail(ROSA, mail_to(ROSA)["Reply-To"], "yes"))
    assert row().state == "confirmed"


@pytest.mark.parametrize("text", ["unsubscribe", "Stop.", "Abmelden"])
def test_whoever_answers_a_topic_with_unsubscribe_says_it_to_us(mailed, writer, topic, text):
    posted = Reply.objects.count()
    arrive(mail(writer.email, mailed["Reply-To"], text))
    assert Reply.objects.count() == posted
    assert subscription_of(writer, thing_of_topic(topic)).state == "left"
    told = mail_to(writer.email).get_body(("plain",)).get_content()
    assert "No more mail comes from" in told
    assert names_to(writer.email) == ["incoming_done"]


def test_pause_in_an_answer_pauses_all(mailed, writer):
    arrive(mail(writer.email, mailed["Reply-To"], "Pause 7 days"))
    subscriber = Subscription.objects.filter(subscriber__user=writer).first().subscriber
    assert subscriber.is_paused


@pytest.mark.parametrize("text", ["Help!", "Leave", "Stop it at once, or the shelf falls down.", "daily"])
def test_what_may_answer_a_question_is_posted(mailed, writer, text):
    arrive(mail(writer.email, mailed["Reply-To"], text))
    assert Reply.objects.filter(via="mail", body=text).exists()


def test_a_stranger_is_led_to_the_community_that_they_wrote_to(forum, community, settings):
    settings.INCOMING_AUTH_HOST = "mx.example.org"
    passed = "mx.example.org; dmarc=pass header.from=example.net"
    arrive(mail(ROSA, "forum+library.desk@in.example.org", Authentication_Results=passed))
    assert f"http://localhost:8000{community.get_absolute_url()}" in mail_to(ROSA).get_body(("plain",)).get_content()
