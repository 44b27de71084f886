"""A mailing under way: paused, withdrawn, left, overtaken, and stopped by itself."""

import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from cop.mail import claiming, gates, outbox, outcomes, sending
from cop.mail.models import Delivery, Mailing
from tests.mail.conftest import let_time_pass, readers


@pytest.fixture(autouse=True)
def _database(transactional_db):
    """Threads see what is committed."""


@pytest.fixture
def gate(monkeypatch):
    """A gate called "readers" that keeps back the keys put into it."""
    shut: dict[str, str] = {}
    monkeypatch.setitem(gates.gates._entries, "readers", lambda keys: {key: shut[key] for key in keys if key in shut})
    return shut


@pytest.fixture
def looks_again_at_once(monkeypatch):
    monkeypatch.setattr(sending, "LOOK_AGAIN_SECONDS", 0.02)


def at_mail(sink, number, act):
    """Do something while the server has taken `number` mails and more are to come."""

    def watch():
        while len(sink.taken) < number:
            if done.wait(0.002):
                return
        act()

    done = threading.Event()
    thread = threading.Thread(target=watch)
    thread.start()
    sending.drain(connections=1)
    done.set()
    thread.join()


def acting(act, *words):
    """Give a function that acts in a thread and closes that thread's database connection."""

    def run():
        try:
            act(*words)
        finally:
            claiming.connection.close()

    return run


def test_a_paused_mailing_stops_within_the_batch_and_goes_on_when_resumed(server, mailing_to, looks_again_at_once):
    sink, mailing = server(latency=0.003), mailing_to(60)
    at_mail(sink, 10, acting(outbox.pause, mailing))
    paused = outbox.progress(mailing)
    assert 10 <= paused.sent < 60
    assert paused.sent == len(sink.taken)
    assert sending.drain() == 0
    assert outbox.resume(mailing)
    sending.drain()
    assert set(sink.record.counts().values()) == {1}
    assert len(sink.taken) == 60


def test_pausing_twice_changes_nothing_new(mailing_to):
    mailing = mailing_to(1)
    assert [outbox.pause(mailing), outbox.pause(mailing)] == [True, False]
    assert [outbox.resume(mailing), outbox.resume(mailing)] == [True, False]


def test_a_withdrawn_mailing_stops_for_good(server, mailing_to, looks_again_at_once):
    sink, mailing = server(latency=0.003), mailing_to(60)
    at_mail(sink, 10, acting(outbox.withdraw, mailing, "The post was withdrawn"))
    let_time_pass()
    assert sending.drain() == 0
    progress = outbox.progress(mailing)
    # One copy may be on its way while the others are stopped; it is counted as stopped.
    assert 10 <= len(sink.taken) < 60
    assert progress.waiting == 0
    assert progress.sent in (len(sink.taken), len(sink.taken) - 1)
    assert not outbox.resume(mailing)


def test_a_withdrawn_mailing_takes_nobody_in(mailing_to):
    mailing = mailing_to(2)
    outbox.withdraw(mailing, "The post was withdrawn")
    assert outbox.fill(mailing, readers(4)) == 0
    assert outbox.progress(mailing).skipped == 2


def test_who_left_before_the_batch_gets_nothing(server, mailing_to, gate):
    sink, mailing = server(), mailing_to(10, gate="readers")
    gate["k1003"] = "Left"
    sending.drain()
    assert "reader003@example.net" not in sink.record.counts()
    assert Delivery.objects.get(key="k1003").answer == "Left"
    assert (outbox.progress(mailing).sent, outbox.progress(mailing).skipped) == (9, 1)


def test_who_leaves_during_the_batch_gets_nothing(server, mailing_to, gate, looks_again_at_once):
    sink, _ = server(latency=0.003), mailing_to(40, gate="readers")
    at_mail(sink, 5, lambda: gate.update(k1040="Left"))
    assert "reader040@example.net" not in sink.record.counts()
    assert len(sink.taken) == 39


def test_who_leaves_during_a_retry_gets_nothing(server, mailing_to, gate):
    sink, _ = server(rcpt_answer="450 4.2.1 later"), mailing_to(2, gate="readers")
    sending.drain()
    sink.faults.rcpt_answer, gate["k1001"] = "", "Left"
    let_time_pass()
    sending.drain()
    assert list(sink.record.counts()) == ["reader002@example.net"]


def test_what_waits_for_somebody_is_skipped_everywhere(server, mailing_to):
    sink, first, second = server(), mailing_to(3), mailing_to(3)
    assert outbox.skip_waiting("k1002", "Left") == 2
    sending.drain()
    assert "reader002@example.net" not in sink.record.counts()
    assert [outbox.progress(mailing).skipped for mailing in (first, second)] == [1, 1]


def test_an_urgent_mail_goes_before_a_mailing(server, mailing_to):
    sink, _ = server(), mailing_to(20)
    outbox.send("sample", to="hurry@example.net", context={"KEY": outbox.KEY})
    sending.drain(connections=1)
    assert sink.taken[0].recipient == "hurry@example.net"


def test_an_urgent_mail_overtakes_a_mailing_under_way(server, mailing_to, looks_again_at_once):
    sink, _ = server(latency=0.003), mailing_to(60)
    at_mail(sink, 5, acting(lambda: outbox.send("sample", to="hurry@example.net", context={"KEY": outbox.KEY})))
    place = [taken.recipient for taken in sink.taken].index("hurry@example.net")
    assert 5 <= place < 50


def test_two_mailings_take_turns(server, mailing_to):
    sink, first, second = server(), mailing_to(30), mailing_to(30)
    worker = sending.Worker(until=sending.time.monotonic() + 10, size=10)
    worker.run()
    assert [len({taken.recipient for taken in sink.taken[at : at + 20]}) for at in (0, 20, 40)] == [10, 10, 10]
    assert outbox.progress(first).is_done
    assert outbox.progress(second).is_done


def test_mass_refusal_pauses_the_mailing_and_tells_who_sent_it(server, mailing_to):
    sink, mailing = server(refuse_every=2), mailing_to(200, tell=["fatima@example.org"])
    sending.drain(connections=1)
    mailing.refresh_from_db()
    assert mailing.state == "paused"
    assert outbox.progress(mailing).waiting > 0
    told = Mailing.objects.get(name="mailing_paused")
    assert told.deliveries.get().address == "fatima@example.org"
    sink.faults.refuse_every = 0
    sending.drain()
    assert sink.record.counts()["fatima@example.org"] == 1


def test_a_resumed_mailing_is_not_paused_for_old_refusals(server, mailing_to):
    sink, mailing = server(refuse_every=2), mailing_to(200, tell=["fatima@example.org"])
    sending.drain(connections=1)
    sink.faults.refuse_every = 0
    outbox.resume(mailing)
    sending.drain(connections=1)
    mailing.refresh_from_db()
    assert mailing.state == "done"


def test_a_few_refusals_among_many_stop_nothing(server, mailing_to):
    server(refuse_every=9)
    mailing = mailing_to(120, tell=["fatima@example.org"])
    sending.drain(connections=1)
    mailing.refresh_from_db()
    assert mailing.state == "done"


def test_who_counts_refusals_hears_of_each_once(server, mailing_to, monkeypatch):
    heard: list[outcomes.Outcome] = []
    monkeypatch.setitem(outcomes.outcomes._entries, "test", heard.extend)
    server(refuse_every=5)
    mailing_to(10)
    sending.drain()
    let_time_pass()
    sending.drain()
    failed = Delivery.objects.filter(state="failed").values_list("key", "address")
    assert len(heard) == 2
    assert sorted((one.key, one.address) for one in heard) == sorted(failed)
    assert all(one.words.startswith("550") for one in heard)


def test_a_copy_whose_lease_is_over_is_not_marked_by_its_old_holder(mailing_to):
    mailing_to(1)
    old = claiming.claim()
    let_time_pass()
    new = claiming.claim()
    claiming.mark(old, old.copies[0], "failed", "550")
    assert Delivery.objects.get().state == "waiting"
    claiming.mark_sent(new, new.copies[0])
    assert Delivery.objects.get().state == "sent"


def test_what_is_claimed_is_not_claimed_again(mailing_to):
    mailing_to(30)
    batches = [claiming.claim(10), claiming.claim(10), claiming.claim(50), claiming.claim()]
    ids = [copy.id for batch in batches if batch for copy in batch.copies]
    assert len(ids) == len(set(ids)) == 30
    assert batches[3] is None


def test_copies_added_while_the_last_are_sent_go_out_too(server, mailing_to):
    sink, mailing = server(), mailing_to(3)
    sending.drain()
    outbox.fill(mailing, readers(5))
    sending.drain()
    assert len(sink.taken) == 5


def test_a_worker_that_dies_leaves_copies_due_after_the_lease(mailing_to):
    mailing_to(2)
    claiming.claim()
    due = set(Delivery.objects.values_list("due_at", flat=True))
    assert all(timedelta(0) < at - timezone.now() <= claiming.LEASE for at in due)


@pytest.mark.parametrize(
    "stop", [lambda mailing: outbox.withdraw(mailing, "No"), lambda _: outbox.skip_waiting("k1001", "No")]
)
def test_a_copy_that_was_stopped_while_under_way_is_not_put_off_but_stays_stopped(mailing_to, stop):
    mailing = mailing_to(1)
    batch = claiming.claim()
    stop(mailing)
    claiming.mark(batch, batch.copies[0], "waiting", "450 later", due_at=timezone.now())
    assert (outbox.progress(mailing).skipped, outbox.progress(mailing).waiting) == (1, 0)
    assert Delivery.objects.get().answer == "No"


def test_a_copy_that_was_taken_before_the_stop_reached_us_counts_as_sent(mailing_to):
    mailing = mailing_to(1)
    batch = claiming.claim()
    outbox.withdraw(mailing, "No")
    claiming.mark_sent(batch, batch.copies[0])
    assert outbox.progress(mailing).sent == 1


def test_a_mailing_withdrawn_while_it_is_being_claimed_is_not_sent(server, mailing_to, monkeypatch):
    sink, mailing, take = server(), mailing_to(3), claiming._take

    def take_and_withdraw(*given):
        taken = take(*given)
        outbox.withdraw(mailing, "No")
        return taken

    monkeypatch.setattr(claiming, "_take", take_and_withdraw)
    assert sending.drain(connections=1) == 0
    assert sink.taken == []
    assert outbox.progress(mailing).skipped == 3
