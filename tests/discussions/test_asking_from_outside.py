"""A public help forum: somebody without an account asks, proves the address by one button, and is answered by mail."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from cop.guarding.models import WordList
from cop.mail.models import Delivery, Mailing
from cop.notifications.models import Subscriber, Subscription
from cop.privacy import retention
from discussions import asking_for_help, telling
from discussions.help_models import HelpRequest
from discussions.models import Forum, Guest, Topic
from tests.factories import ForumFactory, reply_to
from tests.notifications.conftest import names_to

QUESTION = {
    "title": "How do I wean kids?",
    "body": "They are *eight* weeks.",
    "name": "Olu Ade",
    "address": "olu@example.net",
}


@pytest.fixture
def forum(community) -> Forum:
    return ForumFactory(community=community, audience="public", is_help=True, name="Help desk")


def ask(client, forum, **changes):
    url = reverse("discussions:help-ask", args=[forum.community.slug, forum.slug])
    return client.post(url, {**QUESTION, **changes})


def button(request: HelpRequest) -> str:
    return reverse("discussions:help-confirm", args=[request.token])


def asked(client, forum) -> Topic:
    ask(client, forum)
    client.post(button(HelpRequest.objects.get()))
    return Topic.objects.get()


def test_nobody_reads_a_question_before_the_button_in_the_mail_is_pressed(visitor, forum):
    page = ask(visitor, forum)
    assert "Look in your mailbox" in page.content.decode()
    source = bytes(Mailing.objects.get(name="help_confirm").source).decode()
    assert "How do I wean kids?" in source
    url = button(HelpRequest.objects.get())
    assert "Yes, ask this" in visitor.get(url).content.decode()  # What a link scanner does changes nothing.
    assert not Topic.objects.exists()
    assert visitor.post(url)["Location"] == Topic.objects.get().get_absolute_url()


def test_the_question_stands_under_the_name_and_never_shows_the_address(visitor, forum):
    topic = asked(visitor, forum)
    text = visitor.get(topic.get_absolute_url()).content.decode()
    assert topic.is_question and "Olu Ade" in text and "outside reader" in text and "<em>eight</em>" in text
    assert "olu@example.net" not in text
    assert "olu@example.net" not in visitor.get(forum.get_absolute_url()).content.decode()


def test_each_answer_comes_by_mail_and_the_mail_leaves_in_one_click(visitor, forum, member):
    topic = asked(visitor, forum)
    reply_to(topic, by=member, body="Slowly.")
    telling.tell_due(timezone.now() + timedelta(minutes=5))
    sent = Delivery.objects.filter(address="olu@example.net", mailing__name="reply")
    assert sent.count() == 1
    follows = Subscription.objects.get(subscriber__address="olu@example.net")
    visitor.post(reverse("notifications:leave", args=[follows.token]))
    assert not Subscription.objects.confirmed().filter(pk=follows.pk).exists()


def test_pressed_twice_it_is_asked_once(visitor, forum):
    topic = asked(visitor, forum)
    again = visitor.post(button(HelpRequest.objects.get()))
    assert again["Location"] == topic.get_absolute_url()
    assert Topic.objects.count() == 1


def test_asking_again_from_the_same_address_is_the_same_guest(visitor, forum):
    asked(visitor, forum)
    ask(visitor, forum, title="And sheep?")
    visitor.post(button(HelpRequest.objects.latest("pk")))
    assert Guest.objects.count() == 1 and Topic.objects.count() == 2


def test_who_has_an_account_with_that_address_asks_under_it(visitor, forum, outsider):
    EmailAddress.objects.create(user=outsider, email="Olu@example.net", verified=True, primary=True)
    assert asked(visitor, forum).starter == outsider


def test_who_is_suspended_asks_no_question_by_this_door(visitor, forum, member):
    EmailAddress.objects.create(user=member, email="olu@example.net", verified=True, primary=True)
    member.memberships.update(state="suspended")
    ask(visitor, forum)
    page = visitor.post(button(HelpRequest.objects.get()))
    assert page.status_code == 409 and "suspended" in page.content.decode()
    assert not Topic.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("address", "nobody"), ("address", ""), ("title", " "), ("title", "?!"), ("body", ""), ("body", "x" * 20_001),
     ("name", "https://spam.example/"), ("name", "\u200b")],
)  # fmt: skip
def test_bad_input_is_said_at_its_field_and_keeps_what_was_typed(visitor, forum, field, value):
    page = ask(visitor, forum, **{field: value})
    assert page.status_code == 422 and field in page.context["form"].errors
    kept = "Olu Ade" if field != "name" else "How do I wean kids?"
    assert kept in page.content.decode()
    assert not HelpRequest.objects.exists()


def test_an_ordinary_forum_takes_no_question_from_outside(visitor, as_member, community):
    plain = ForumFactory(community=community, audience="public")
    assert ask(visitor, plain).status_code == 403
    assert "Ask a question" not in visitor.get(plain.get_absolute_url()).content.decode()


def test_the_forum_invites_to_ask(visitor, forum):
    url = reverse("discussions:help-ask", args=[forum.community.slug, forum.slug])
    assert url in visitor.get(forum.get_absolute_url()).content.decode()


def test_an_address_that_wants_no_mail_gets_none_and_the_page_does_not_tell(visitor, forum):
    Subscriber.objects.create(address="olu@example.net", suppressed_at=timezone.now())
    assert "Look in your mailbox" in ask(visitor, forum).content.decode()
    assert not Mailing.objects.exists()


def test_one_address_gets_three_mails_a_day_and_no_more(visitor, forum):
    for number in range(5):
        assert "Look in your mailbox" in ask(visitor, forum, title=f"Question {number}").content.decode()
    assert Mailing.objects.count() == 3


def test_a_network_that_asks_very_often_is_asked_to_wait(visitor, forum, monkeypatch):
    monkeypatch.setattr(asking_for_help, "FROM_A_NETWORK_AN_HOUR", 1)
    ask(visitor, forum)
    refused = ask(visitor, forum, address="other@example.net")
    assert refused.status_code == 422 and "try again in an hour" in refused.content.decode()


def test_a_link_works_for_two_weeks_and_what_was_not_confirmed_is_forgotten(visitor, forum):
    ask(visitor, forum)
    HelpRequest.objects.update(asked_at=timezone.now() - timedelta(days=15))
    url = button(HelpRequest.objects.get())
    assert visitor.post(url).status_code == 404
    assert retention.run()["questions"] == 1
    assert not HelpRequest.objects.exists()


def test_a_forum_that_was_closed_to_outsiders_meanwhile_says_so(visitor, forum):
    ask(visitor, forum)
    Forum.objects.update(is_help=False)
    page = visitor.post(button(HelpRequest.objects.get()))
    assert page.status_code == 409 and "no questions from outside" in page.content.decode()


def test_the_same_question_sent_twice_is_one_and_mailed_once(visitor, forum):
    for _each in range(2):
        assert ask(visitor, forum).status_code == 200
    assert HelpRequest.objects.count() == 1
    assert names_to(QUESTION["address"]) == ["help_confirm"]
    ask(visitor, forum, title="Another question?")
    assert HelpRequest.objects.count() == 2


def test_a_name_with_listed_words_is_refused_at_its_field(visitor, forum):
    WordList.objects.create(community=forum.community, words="casino", links="spam.example")
    for name in ("Best Cаsino", "spam.example"):
        answer = ask(visitor, forum, name=name)
        assert answer.status_code == 422 and answer.context["form"].errors["name"]
    assert not HelpRequest.objects.exists()
