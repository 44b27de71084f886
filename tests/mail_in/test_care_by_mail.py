"""Flags and first posts, decided by a facilitator who answers a mail."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cop.guarding.models import Protection
from cop.moderation import flagging, letters, things
from cop.moderation.action_models import ModerationAction
from cop.moderation.models import Case
from discussions import writing
from discussions.holding import Held
from discussions.models import Reply
from discussions.writing import Writer
from tests.factories import MembershipFactory, reply_to
from tests.mail_in.conftest import arrive, mail, mail_to, proven


@pytest.fixture
def caring(facilitator):
    return proven(facilitator)


def told(caring):
    letters.write_due(timezone.now() + timedelta(minutes=3))
    return mail_to(caring.email)


def answer(letter, text):
    return arrive(mail(str(letter["To"]), letter["Reply-To"], text))


@pytest.fixture
def flagged(topic, asker, writer) -> Reply:
    reply = reply_to(topic, by=asker, body="Buy my labels")
    flagging.flag(things.find("reply", reply.pk), by=writer, reason="advertising", words="Look")
    return reply


def test_a_flagged_reply_is_hidden_by_two_words(caring, flagged):
    letter = told(caring)
    text = letter.get_body(("plain",)).get_content()
    assert "Buy my labels" in text and "Wanda: It is advertising" in text
    assert answer(letter, "hide 2\n\nThere is a market place.").state == "done"
    flagged.refresh_from_db()
    assert flagged.hidden_at
    done = ModerationAction.objects.get()
    assert (done.by, done.words) == (caring, "There is a market place.")


def test_or_left_as_it_is_by_one(caring, flagged):
    assert answer(told(caring), "Leave it.").state == "done"
    flagged.refresh_from_db()
    assert flagged.hidden_at is None
    assert Case.objects.get().outcome == "left"


@pytest.fixture
def held(community, topic):
    Protection.objects.create(community=community, way="held")
    newcomer = MembershipFactory(community=community, user__display_name="Nina").user
    with pytest.raises(Held):
        writing.reply(topic, body="In *boxes*.", by=Writer(user=newcomer), form_key="one")
    return newcomer


def test_a_first_reply_is_published_by_yes(caring, held):
    letter = told(caring)
    assert "In boxes." in letter.get_body(("plain",)).get_content()
    assert answer(letter, "Ja").state == "done"
    assert Reply.objects.get(author=held).text == "In boxes."


def test_or_declined_with_a_word(caring, held):
    letter = told(caring)
    assert "number of another point" in answer(letter, "no").reason
    assert answer(letter, "no 1\n\nPlease ask in the forum for beginners.").state == "done"
    assert not Reply.objects.filter(author=held).exists()
    assert "forum for beginners" in mail_to(held.email).get_body(("plain",)).get_content()
