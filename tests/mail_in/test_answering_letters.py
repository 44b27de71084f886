"""A letter is answered by mail, by whoever got it and nobody else."""

import pytest

from cop.letters import sending
from cop.letters.models import Letter
from tests.factories import MembershipFactory
from tests.mail_in.conftest import arrive, mail, mail_to


@pytest.fixture
def mailed(settings, community, writer):
    """A letter in Wanda's mailbox."""
    sending.switch(community, is_on=True)
    sender = MembershipFactory(community=community, user__display_name="Sam").user
    sending.write(community, to=writer, body="Could we talk?", by=sender)
    return mail_to(writer.email)


def test_an_answer_goes_back_as_a_letter_once(mailed, writer):
    for _each in range(2):
        arrive(mail("Wanda <W@Example.org>", mailed["Reply-To"], "Yes, on Monday.\n\n> Could we talk?"))
    answers = Letter.objects.filter(author=writer)
    assert [one.body for one in answers] == ["Yes, on Monday."]


def test_somebody_else_is_not_taken_for_the_reader(mailed):
    arrive(mail("stranger@example.net", mailed["Reply-To"], "I am Wanda"))
    assert Letter.objects.count() == 1
