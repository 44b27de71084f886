"""A mailing is done when nothing of it waits, however that came about."""

import pytest

from cop.mail import outbox, sending
from cop.mail.models import Mailing

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_mailing_is_done_when_its_last_copy_is_sent(server, mailing_to):
    server()
    mailing_to(3)
    sending.drain()
    assert Mailing.objects.get().state == "done"


def test_a_mailing_to_nobody_is_done(server, mailing_to):
    sink = server()
    mailing_to(0)
    assert sending.drain() == len(sink.taken) == 0
    assert Mailing.objects.get().state == "done"


def test_a_mailing_whose_last_reader_left_is_done(server, mailing_to):
    server()
    mailing_to(1)
    outbox.skip_waiting("k1001", "Left")
    sending.drain()
    assert Mailing.objects.get().state == "done"


@pytest.mark.parametrize("stop", [outbox.pause, lambda mailing: outbox.withdraw(mailing, "Wrong")])
def test_a_mailing_that_was_stopped_is_not_done(server, mailing_to, stop):
    server()
    mailing = mailing_to(2)
    stop(mailing)
    sending.drain()
    assert Mailing.objects.get().state in ("paused", "withdrawn")
