"""What is due goes out, once to each, whatever the server does."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from cop.mail import outbox, sending
from cop.mail.models import Delivery, RelayPause
from tests.mail.conftest import let_time_pass, readers

CERTIFICATE = str(Path(__file__).parent / "localhost.pem")


@pytest.fixture(autouse=True)
def _database(transactional_db):
    """Threads see what is committed."""


def test_each_reader_gets_exactly_one_copy(server, mailing_to):
    sink, mailing = server(), mailing_to(60)
    assert sending.drain(connections=4) == 60
    mailing.refresh_from_db()
    assert sorted(sink.record.counts()) == [f"reader{number:03}@example.net" for number in range(1, 61)]
    assert len({taken.message_id for taken in sink.taken}) == len(sink.taken) == 60
    assert mailing.state == "done"


def test_a_mailing_is_not_sent_a_second_time(server, mailing_to):
    sink = server()
    mailing_to(5, dedupe_key="post:1")
    sending.drain()
    mailing_to(7, dedupe_key="post:1")
    sending.drain()
    assert set(sink.record.counts().values()) == {1}
    assert len(sink.taken) == 7


def test_several_connections_send_side_by_side(server, mailing_to):
    sink, _ = server(latency=0.005), mailing_to(80)
    sending.drain(connections=4)
    assert sink.record.most_open == 4
    assert len(sink.taken) == 80


def test_a_small_mailing_takes_one_connection(server, mailing_to):
    sink, _ = server(), mailing_to(5)
    sending.drain(connections=8)
    assert sink.record.connections == 1


def test_a_long_conversation_is_begun_anew_after_a_hundred_mails(server, mailing_to):
    sink, _ = server(), mailing_to(120)
    sending.drain(connections=1)
    assert sink.record.connections == 2
    assert set(sink.record.counts().values()) == {1}


def test_a_copy_put_off_comes_later_and_once(server, mailing_to):
    sink, _ = server(put_off_every=5), mailing_to(30)
    before = timezone.now()
    assert sending.drain(connections=2) == 24
    waiting = Delivery.objects.filter(state="waiting")
    assert {row.attempts for row in waiting} == {1}
    assert all(timedelta(seconds=40) < row.due_at - before < timedelta(seconds=90) for row in waiting)
    assert sending.drain() == 0
    let_time_pass()
    assert sending.drain() == 6
    assert set(sink.record.counts().values()) == {1}


def test_each_attempt_waits_longer(server, mailing_to):
    server(rcpt_answer="450 4.2.1 later")
    mailing_to(1)
    waits = []
    for _ in range(4):
        let_time_pass()
        sending.drain()
        waits.append((Delivery.objects.get().due_at - timezone.now()).total_seconds() / 60)
    assert [round(minutes / wanted) for minutes, wanted in zip(waits, (1, 5, 15, 30), strict=True)] == [1, 1, 1, 1]


def test_who_is_put_off_thirty_times_is_given_up(server, mailing_to):
    server(rcpt_answer="450 4.2.1 later")
    mailing = mailing_to(1)
    Delivery.objects.update(attempts=29)
    sending.drain()
    assert outbox.progress(mailing).failed == 1
    assert "30" in Delivery.objects.get().answer


def test_a_line_cut_within_a_mail_loses_and_doubles_nothing(server, mailing_to):
    sink, _ = server(cut_every=5), mailing_to(20, context={"words": "word " * 600})
    sending.drain(connections=2)
    let_time_pass()
    sending.drain(connections=2)
    assert set(sink.record.counts().values()) == {1}
    assert len(sink.taken) == 20


def test_a_refused_address_is_never_tried_again(server, mailing_to):
    sink, mailing = server(refuse_every=9), mailing_to(27)
    assert sending.drain() == 24
    let_time_pass()
    sending.drain()
    failed = Delivery.objects.filter(state="failed")
    assert {sink.record.attempts[row.address] for row in failed} == {1}
    assert all("550" in row.answer for row in failed)
    assert outbox.progress(mailing).failed == 3
    assert set(sink.record.counts().values()) == {1}


def test_a_full_mailbox_is_tried_again(server, mailing_to):
    server(rcpt_answer="552 5.2.2 too many")
    mailing_to(2)
    sending.drain()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"waiting"}


def test_a_lost_answer_doubles_that_copy_alone_under_the_same_number(server, mailing_to):
    sink, _ = server(lose_every=7), mailing_to(28)
    sending.drain(connections=2)
    let_time_pass()
    sending.drain(connections=2)
    counts = sink.record.counts()
    assert len(counts) == 28
    assert sorted(counts.values()) == [1] * 24 + [2] * 4
    assert all(len(ids) == 1 for ids in sink.record.doubles().values())


def test_a_server_that_closes_after_some_mails_is_called_again(server, mailing_to):
    sink, _ = server(part_after=10), mailing_to(45)
    assert sending.drain(connections=1) == 45
    assert set(sink.record.counts().values()) == {1}
    assert not RelayPause.objects.filter(failures__gt=0).exists()


def test_a_domain_that_asks_for_less_is_left_alone(server, mailing_to):
    sink, _ = server(rcpt_answer="451 4.7.1 too fast"), mailing_to(30)
    Delivery.objects.filter(key="k1001").update(address="other@example.org")
    sending.drain(connections=1)
    assert sorted(address.partition("@")[2] for address in sink.record.attempts) == ["example.net", "example.org"]
    assert Delivery.objects.filter(due_at__gt=timezone.now() + timedelta(minutes=14)).count() == 30
    assert Delivery.objects.filter(attempts=0).count() == 28


def test_a_relay_that_is_down_pauses_the_queue_and_blames_nobody(server, mailing_to):
    sink, mailing = server(), mailing_to(30)
    sink.close()
    assert sending.drain(connections=2) == 0
    assert set(Delivery.objects.values_list("state", "attempts")) == {("waiting", 0)}
    assert RelayPause.objects.get().closed_until > timezone.now()
    sink.open()
    assert sending.drain() == 0
    let_time_pass()
    assert sending.drain() == 30
    assert outbox.progress(mailing).is_done
    assert RelayPause.objects.get().failures == 0


def test_a_relay_that_stays_down_is_tried_less_and_less(server, mailing_to):
    sink, _ = server(), mailing_to(1)
    sink.close()
    waits = []
    for _ in range(3):
        let_time_pass()
        sending.drain()
        waits.append((RelayPause.objects.get().closed_until - timezone.now()).total_seconds())
    assert [round(seconds) for seconds in waits] == [5, 15, 60]


def test_a_refused_sender_blames_nobody(server, mailing_to):
    server(mail_answer="550 5.7.1 who are you")
    mailing_to(5)
    sending.drain()
    assert set(Delivery.objects.values_list("state", "attempts")) == {("waiting", 0)}
    assert "550" in RelayPause.objects.get().answer


def test_a_wrong_password_blames_nobody(server, mailing_to, settings):
    sink, _ = server(login="site:right"), mailing_to(5)
    settings.EMAIL_URL = f"smtp://site:wrong@127.0.0.1:{sink.port}"
    sending.drain()
    assert set(Delivery.objects.values_list("state", "attempts")) == {("waiting", 0)}
    assert "535" in RelayPause.objects.get().answer


def test_a_login_with_odd_letters_over_starttls_gets_through(server, mailing_to, settings):
    sink, _ = server(login="site:p@ss/word", certificate=CERTIFICATE), mailing_to(5)
    settings.EMAIL_URL = f"smtp+tls://site:p%40ss%2Fword@localhost:{sink.port}?ca={CERTIFICATE}"
    assert sending.drain() == 5
    assert len(sink.taken) == 5


def test_a_server_that_speaks_tls_from_the_first_byte_gets_through(server, mailing_to, settings):
    sink, _ = server(login="site:secret", certificate=CERTIFICATE, is_wrapped=True), mailing_to(5)
    settings.EMAIL_URL = f"smtps://site:secret@localhost:{sink.port}?ca={CERTIFICATE}"
    assert sending.drain() == 5
    assert len(sink.taken) == 5


def test_a_certificate_nobody_vouches_for_is_not_trusted(server, mailing_to, settings):
    sink, _ = server(certificate=CERTIFICATE), mailing_to(1)
    settings.EMAIL_URL = f"smtp+tls://localhost:{sink.port}"
    assert sending.drain() == 0
    assert sink.taken == []
    assert "certificate" in RelayPause.objects.get().answer.lower()


@pytest.mark.parametrize("moment", ["greeting", "MAIL", "RCPT", "."])
def test_a_server_that_hangs_is_not_waited_for_for_ever(server, mailing_to, settings, moment):
    sink, _ = server(hang_at=moment), mailing_to(2)
    settings.EMAIL_TIMEOUT = 0.2
    sending.drain()
    assert Delivery.objects.filter(state="waiting").count() == 2
    sink.faults.hang_at = ""
    let_time_pass()
    assert sending.drain() == 2


def test_everything_at_once_still_loses_and_doubles_nothing(server, mailing_to):
    sink, _ = server(put_off_every=7, cut_every=10, part_after=13), mailing_to(120)
    for _ in range(4):
        let_time_pass()
        sending.drain(connections=4)
    assert len(sink.record.counts()) == 120
    assert set(sink.record.counts().values()) == {1}


def test_a_clock_that_was_set_back_holds_nothing_up(server, mailing_to):
    server()
    mailing_to(3)
    a_day_on = timezone.now() + timedelta(days=1)
    Delivery.objects.update(due_at=a_day_on)
    RelayPause.objects.create(pk=1, failures=1, closed_until=a_day_on)
    assert sending.drain() == 3


def test_two_fillings_are_one(server, mailing_to):
    mailing = mailing_to(5)
    assert outbox.fill(mailing, readers(8)) == 3
    assert outbox.progress(mailing).total == 8
