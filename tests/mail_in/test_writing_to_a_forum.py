"""Starting a topic by mail, and commands in plain words."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cop.mail.plain_words import answer_in
from cop.notifications.community_following import follow_as_members
from cop.notifications.models import Subscriber, Subscription
from discussions.models import Topic, Via
from discussions.starting_by_mail import own_address_of
from members.models import Membership
from tests.mail_in.conftest import arrive, mail, mail_to, names_to

TO = "forum+library.desk@in.example.org"
PASSED = "mx.example.org; dmarc=pass header.from=example.org"


@pytest.fixture(autouse=True)
def _our_server_vouches(settings):
    settings.INCOMING_AUTH_HOST = "mx.example.org"


def write(text="Where are they kept?", to=TO, sender="w@example.org", **given):
    given.setdefault("Authentication_Results", PASSED)
    return arrive(mail(sender, to, text, **given))


def test_a_mail_to_a_forum_s_address_starts_a_topic(forum, writer):
    arrived = write(subject="[desk] Re: Where do offprints go?")
    topic = Topic.objects.get()
    assert (topic.title, topic.starter, topic.kind) == ("Where do offprints go?", writer, "question")
    assert topic.replies.get().via == Via.MAIL
    assert (arrived.state, names_to("w@example.org")) == ("done", ["incoming_done"])


def test_the_same_mail_twice_starts_one_topic(forum, writer):
    write()
    write()
    assert Topic.objects.count() == 1


def test_an_address_for_everybody_asks_back_where_nothing_proves_who_wrote(forum, writer, visitor):
    arrived = write(Authentication_Results="none")
    assert (arrived.state, Topic.objects.count()) == ("held", 0)
    visitor.post(f"/mail/held/{arrived.token}/")
    assert Topic.objects.get().starter == writer


def test_an_address_of_one_s_own_does_not_ask(forum, writer, asker):
    to = own_address_of(forum, writer)
    assert write(to=to, Authentication_Results="none").state == "done"
    # Somebody else's address is for nobody else.
    assert write("Mine too", to=to, sender="a@example.org").state == "held"
    assert Topic.objects.get().starter == writer


def test_a_stranger_is_told_how_to_join_once_a_day(forum):
    for text in ("One", "Two"):
        assert write(text, sender="s@example.org").state == "refused"
    assert names_to("s@example.org") == ["incoming_refused"]
    assert "how to join" in mail_to("s@example.org").get_body(("plain",)).get_content()


def test_a_stranger_s_forged_address_is_told_nothing(forum):
    arrived = write(sender="s@example.org", Authentication_Results="mx.example.org; dmarc=fail")
    assert (arrived.state, names_to("s@example.org")) == ("ignored", [])


def test_who_may_not_start_topics_is_told_who_can(forum, outsider):
    forum.audience = "public"
    forum.save()
    arrived = write(sender=outsider.email)
    assert arrived.state == "refused" and "Only members" in arrived.reason


def test_a_forum_that_one_may_not_know_of_does_not_exist(forum, outsider):
    community = forum.community
    community.audience = forum.audience = "facilitators"
    forum.save()
    assert write(sender=outsider.email).reason == write(sender=outsider.email, to="forum+no.no@in.example.org").reason


@pytest.mark.parametrize("subject", ["unsubscribe", "Stop", "Abbestellen"])
def test_stop_ends_the_mail_and_not_the_membership(forum, writer, subject):
    follow_as_members(forum.community)
    assert write("", subject=subject).state == "done"
    assert not Subscription.objects.filter(subscriber__user=writer, state="confirmed").exists()
    assert Membership.objects.active().filter(user=writer).exists()
    assert Topic.objects.count() == 0


def test_leave_pause_resume_and_pace_are_obeyed(forum, writer):
    follow_as_members(forum.community)
    write("", subject="pause 30 days")
    subscriber = Subscriber.objects.get(user=writer)
    assert subscriber.paused_until - timezone.now() > timedelta(days=29)
    write("Resume", subject="(no subject)")
    write("", subject="daily")
    subscriber.refresh_from_db()
    assert not subscriber.is_paused
    assert Subscription.objects.get(subscriber=subscriber).pace == "daily"
    write("", subject="leave")
    assert not Membership.objects.active().filter(user=writer).exists()


def test_help_says_what_one_can_write(forum, writer):
    write("", subject="help")
    assert "pause 14" in mail_to("w@example.org").get_body(("plain",)).get_content()


def test_a_command_word_above_a_page_of_text_is_a_topic(forum, writer):
    write("word " * 30, subject="Help")
    assert Topic.objects.get().title == "Help"


def test_a_forged_command_is_asked_back(forum, writer):
    write("", subject="leave", Authentication_Results="mx.example.org; dmarc=fail")
    assert Membership.objects.active().filter(user=writer).exists()


def test_the_page_of_a_forum_says_its_addresses(forum, writer, signed_in, as_outsider):
    page = signed_in(writer).get(forum.get_absolute_url()).content.decode()
    assert TO in page and own_address_of(forum, writer) in page
    forum.audience = "public"
    forum.save()
    assert TO not in as_outsider.get(forum.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("Yes!\n\nAna", "yes"),
        ("Ja, gerne.", "yes"),
        ("no", "no"),
        ("Nobody told me", ""),
        ("Vielleicht", "maybe"),
        ("", ""),
    ],
)
def test_plain_words_are_understood(text, meaning):
    assert answer_in(text) == meaning
