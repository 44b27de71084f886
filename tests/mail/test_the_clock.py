"""The clock may be set back at any moment: nothing is sent twice for it, and nothing waits for it to catch up."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from cop.mail import claiming, outbox, sending
from cop.mail.models import DeliveryState

BACK = [timedelta(hours=1), timedelta(days=1), timedelta(days=400)]


@pytest.mark.parametrize("back", BACK)
def test_what_was_put_in_before_goes_out_at_once(server, mailing_to, back):
    sink, mailing = server(), mailing_to(5)
    with time_machine.travel(timezone.now() - back):
        assert sending.drain() == 5
    assert outbox.progress(mailing).sent == len(sink.taken) == 5


@pytest.mark.parametrize("back", BACK)
def test_a_worker_that_has_copies_in_hand_is_not_overtaken(server, mailing_to, back):
    server()
    mailing_to(5)
    batch = claiming.claim()
    with time_machine.travel(timezone.now() - back):
        assert sending.drain() == 0
        claiming.mark_sent(batch, batch.copies[0])
    assert batch.mailing.deliveries.filter(state=DeliveryState.SENT).count() == 1


@pytest.mark.parametrize("back", BACK)
def test_copies_of_a_worker_that_died_before_come_after_one_lease(server, mailing_to, back):
    server()
    mailing_to(5)
    claiming.claim()
    then = timezone.now() - back
    with time_machine.travel(then):
        assert sending.drain() == 0
    with time_machine.travel(then + claiming.LEASE + timedelta(seconds=1)):
        assert sending.drain() == 5


def test_a_clock_set_forward_doubles_nothing(server, mailing_to):
    sink = server()
    mailing = mailing_to(5)
    sending.drain()
    with time_machine.travel(timezone.now() + timedelta(days=400)):
        assert sending.drain() == 0
    assert outbox.progress(mailing).sent == len(sink.taken) == 5
