"""What a visitor hears of their flag: by an address that they alone have, and by mail where they proved theirs."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from cop.moderation import acting, answering_flags, hearing, letting_go, telling
from cop.moderation.erasing import READERS
from cop.moderation.flag_models import Flag
from cop.moderation.things import Why
from cop.notifications.models import Subscriber
from discussions.models import Reply, Topic
from members import closing_account
from members.carrying_out import carry_out_due
from members.closing_models import Choice
from members.models import Community
from tests.factories import ForumFactory, MembershipFactory, reply_to, topic_of
from tests.notifications.conftest import mails_to, names_to, text_of

VIA = "vera@example.net"


@pytest.fixture
def reply(community, member, facilitator):
    topic = topic_of(ForumFactory(community=community, audience="public"), by=facilitator, title="Labels")
    return reply_to(topic, by=member, body="Buy my labels")


def flag(client, reply, **data):
    return client.post(f"/flag/reply/{reply.pk}/", {"reason": "advertising", "words": "", **data})


def link_in(mail) -> str:
    return re.search(r"https?://[^/\s]+(/flagged/\S+)", text_of(mail))[1]


@pytest.fixture
def other(community):
    return MembershipFactory(community=community).user


def decide(reply, facilitator, what="hidden"):
    if what == "hidden":
        acting.do("hidden", "reply", reply.pk, by=facilitator, why=Why(reason="x"))
    else:
        answering_flags.answer("reply", reply.pk, is_upheld=False)


def test_the_page_that_follows_is_to_be_kept_and_says_what_became_of_it(visitor, reply, facilitator):
    url = flag(visitor, reply)["Location"]
    page = Client().get(url)
    html = page.content.decode()
    assert "Keep this address" in html and f"{url}</code>" in html and "Labels" in html
    assert page["Referrer-Policy"] == "no-referrer" and "noindex" in html
    decide(reply, facilitator, "left")
    html = Client().get(url).content.decode()
    assert "It stays as it is" in html and "Keep this address" not in html
    assert "730 days after the decision" in html


def test_nothing_is_named_that_may_not_be_read_any_more(visitor, reply, facilitator, community):
    url = flag(visitor, reply)["Location"]
    decide(reply, facilitator)
    html = Client().get(url).content.decode()
    assert "You were right" in html and "Labels" not in html
    Community.objects.filter(pk=community.pk).update(audience="community")
    Topic.objects.update(audience="community")
    html = Client().get(url).content.decode()
    assert community.name not in html and "Labels" not in html
    assert "Fatima" not in html and "Mina" not in html


def test_a_page_that_is_none_is_not_found(visitor, db):
    for path in ("/flagged/x/", "/flagged/by-mail/x/", f"/flagged/{'a' * 43}/"):
        assert visitor.get(path).status_code == 404


def test_members_have_no_such_page(as_member, facilitator, reply, signed_in):
    opening = reply.topic.replies.get(parent=None)
    flag(as_member, opening)
    assert Flag.objects.get().code is None
    assert "address" not in as_member.get(f"/flag/reply/{opening.pk}/").context["form"].fields


def test_an_address_is_asked_first_and_told_once(visitor, reply, facilitator):
    page = flag(visitor, reply, address=VIA)["Location"]
    assert "one button" in visitor.get(page).content.decode()
    [mail] = mails_to(VIA)
    for said in (text_of(mail), mail.get_body(("html",)).get_content()):
        assert "Labels" not in said and "nothing more comes" in " ".join(said.split())
    link = link_in(mail)
    # A program that follows the link proves nothing.
    assert Client().get(link).status_code == 200
    assert Flag.objects.get().confirmed_at is None
    for _each in range(2):
        assert Client().post(link)["Location"] == page
    decide(reply, facilitator, "left")
    telling.tell_due()
    telling.tell_due()
    assert names_to(VIA) == ["flag_confirm", "visitor_flag_answered"]
    said = text_of(mails_to(VIA)[1])
    assert "Labels" in said and "It stays as it is" in said and page in said
    assert Flag.objects.get().address == ""


def test_an_address_that_nobody_proved_gets_no_answer_and_is_forgotten(visitor, reply, facilitator):
    page = flag(visitor, reply, address=VIA)["Location"]
    link = link_in(mails_to(VIA)[0])
    decide(reply, facilitator, "left")
    telling.tell_due()
    assert names_to(VIA) == ["flag_confirm"] and Flag.objects.get().address == ""
    # The button still leads to what was decided.
    assert "decided already" in Client().get(link).content.decode()
    assert Client().post(link)["Location"] == page
    telling.tell_due()
    assert names_to(VIA) == ["flag_confirm"]


def test_a_mail_about_what_was_hidden_does_not_name_it(visitor, reply, facilitator):
    flag(visitor, reply, address=VIA)
    Client().post(link_in(mails_to(VIA)[0]))
    decide(reply, facilitator)
    telling.tell_due()
    said = text_of(mails_to(VIA)[1])
    assert "You were right" in said and "Labels" not in said


def test_a_bad_address_is_said_at_the_field(visitor, reply):
    answer = flag(visitor, reply, address="no address", words="Look")
    assert answer.status_code == 422 and answer.context["form"].errors["address"]
    assert "Look" in answer.content.decode() and not Flag.objects.exists()


def test_nobody_fills_somebody_s_mailbox_with_such_mails(community, facilitator, reply):
    replies = [reply_to(reply.topic, by=facilitator, body=f"Reply {number}") for number in range(5)]
    for number, one in enumerate(replies):
        assert flag(Client(REMOTE_ADDR=f"203.0.113.{number}"), one, address=VIA).status_code == 302
    assert len(mails_to(VIA)) == hearing.MAILS_A_DAY


def test_who_wants_no_mail_gets_none_and_nobody_learns_it(visitor, reply):
    Subscriber.objects.create(address=VIA, suppressed_at=timezone.now())
    assert "one button" in visitor.get(flag(visitor, reply, address=VIA)["Location"]).content.decode()
    assert not mails_to(VIA)


def test_an_address_is_kept_no_longer_than_its_link_works(visitor, reply):
    flag(visitor, reply, address=VIA)
    Flag.objects.update(created_at=timezone.now() - timedelta(days=15))
    assert letting_go.forget_addresses(timezone.now() - timedelta(days=14), 10) == 1
    assert Flag.objects.get().address == ""


def test_a_confirmed_address_is_kept_until_the_answer(visitor, reply):
    flag(visitor, reply, address=VIA)
    Client().post(link_in(mails_to(VIA)[0]))
    Flag.objects.update(created_at=timezone.now() - timedelta(days=99))
    assert letting_go.forget_addresses(timezone.now(), 10) == 0


def test_an_outside_reader_gets_what_they_proved_and_is_forgotten(visitor, reply):
    reader = Subscriber.objects.create(address=VIA)
    flag(visitor, reply, address=VIA, words="Look here")
    [given] = READERS.give(reader)
    assert not list(given.rows)
    Client().post(link_in(mails_to(VIA)[0]))
    [given] = READERS.give(reader)
    assert len(list(given.rows)) == 1
    READERS.forget(reader)
    assert Flag.objects.get().address == ""


def test_it_goes_with_an_account_of_that_address(visitor, reply, other):
    flag(visitor, reply, address=other.email)
    closing_account.close(other, choice=Choice.KEEP)
    carry_out_due()
    assert Flag.objects.get().address == ""
    assert Reply.objects.filter(pk=reply.pk).exists()
