"""Servers differ in what they offer: every copy arrives once, with or without extensions."""

import pytest

from cop.mail import outbox, sending
from tests.mail.conftest import let_time_pass

KINDS = [{}, {"is_old": True}, {"is_plain": True}]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_server_takes_each_copy_once(server, mailing_to, kind):
    sink = server(**kind)
    mailing_to(30)
    assert sending.drain(connections=2) == 30
    assert set(sink.record.counts().values()) == {1}


@pytest.mark.parametrize("kind", [*KINDS, {"is_eager": True}])
def test_a_refused_reader_does_not_disturb_the_next(server, mailing_to, kind):
    sink = server(refuse_every=3, **kind)
    mailing = mailing_to(30)
    assert sending.drain(connections=1) == 20
    assert outbox.progress(mailing).failed == 10
    assert set(sink.record.counts().values()) == {1}
    assert all(b"Subject: " in taken.data for taken in sink.taken)


@pytest.mark.parametrize("kind", KINDS)
def test_a_line_that_is_cut_and_mails_put_off_come_later_and_once(server, mailing_to, kind):
    from_time_to_time = {"cut_every": 7, "put_off_every": 5, "part_after": 10}
    sink = server(**from_time_to_time, **kind)
    mailing = mailing_to(40)
    for _ in range(3):
        sending.drain(connections=2)
        let_time_pass()
    assert outbox.progress(mailing).sent == 40
    assert set(sink.record.counts().values()) == {1}
