"""The doors: a mail is stored before anything else, and the mail server told the truth about it."""

import asyncio
import io
import smtplib
import threading
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import DatabaseError

from cop.mail import handling, listening, taking_in
from cop.mail.incoming_models import IncomingMessage
from discussions.models import Reply, Via
from tests.mail_in.conftest import arrive, mail


def pipe(monkeypatch, raw: bytes, *arguments: str) -> int:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
    try:
        call_command("receive_mail", *arguments)
    except SystemExit as ended:
        return int(ended.code)
    return 0


def test_the_pipe_stores_and_says_so(monkeypatch, mailed):
    raw = mail("w@example.org", mailed["Reply-To"])
    assert pipe(monkeypatch, raw, "--sender", "w@example.org") == 0
    assert pipe(monkeypatch, raw) == 0
    handling.handle_due()
    assert Reply.objects.filter(via=Via.MAIL).count() == 1


def test_the_pipe_asks_to_try_again_when_the_database_is_away(monkeypatch, db):
    def away(*_args, **_given):
        raise DatabaseError

    monkeypatch.setattr(taking_in, "take_in", away)
    assert pipe(monkeypatch, b"From: a@example.org\n\nHi") == 75


def test_the_pipe_has_nothing_to_store(monkeypatch, db):
    assert pipe(monkeypatch, b" \n") == 66


def test_a_mail_too_large_is_kept_in_part_and_refused(settings, mailed):
    settings.INCOMING_LIMIT = 2_000
    arrived = arrive(mail("w@example.org", mailed["Reply-To"], "word " * 1_000))
    assert (arrived.state, arrived.is_cut) == ("refused", True)


def test_one_mail_to_two_of_our_addresses_is_seen_to_for_each(db):
    rows = taking_in.take_in(
        mail("a@b.example", "x@y.example"),
        door="lmtp",
        recipients=["one+a@in.example.org", "two+b@in.example.org", "c@d.example"],
    )
    assert [row.recipient for row in rows] == ["one+a@in.example.org", "two+b@in.example.org"]


def test_a_mail_to_nobody_here_is_kept_with_a_reason(db):
    arrived = arrive(mail("a@b.example", "x@y.example"))
    assert arrived.state == "ignored" and arrived.reason


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_hands_over_by_lmtp():
    with lmtp_door() as port, smtplib.LMTP("127.0.0.1", port) as server:
        server.ehlo()
        assert server.mail("a@b.example")[0] == 250
        assert server.rcpt("reply+x@in.example.org")[0] == 250
        assert server.rcpt("reply+y@in.example.org")[0] == 250
        assert server.rcpt("somebody@elsewhere.example")[0] == 550
        assert server.data(mail("a@b.example", "reply+x@in.example.org"))[0] == 250
        # Each recipient has an answer of its own.
        assert server.getreply()[0] == 250
    assert IncomingMessage.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_lmtp_asks_to_try_again_when_the_database_is_away(monkeypatch):
    def away(*_args, **_given):
        raise DatabaseError

    monkeypatch.setattr(taking_in, "take_in", away)
    with lmtp_door() as port, smtplib.LMTP("127.0.0.1", port) as server:
        server.ehlo()
        server.mail("a@b.example")
        server.rcpt("reply+x@in.example.org")
        assert server.data(b"From: a@b.example\r\n\r\nHi")[0] == 451


class lmtp_door:  # noqa: N801 — used as a word of a sentence
    """The LMTP door on a free port, for as long as a `with`."""

    def __enter__(self) -> int:
        self.loop = asyncio.new_event_loop()
        self.is_ready = threading.Event()
        self.thread = threading.Thread(target=self._run)
        self.thread.start()
        self.is_ready.wait(10)
        return self.port

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.task = self.loop.create_task(listening.listen(host="127.0.0.1", port=0, ready=self._note))
        try:
            self.loop.run_until_complete(self.task)
        except asyncio.CancelledError:
            pass
        finally:
            self.loop.close()

    def _note(self, where) -> None:
        self.port = where[1]
        self.is_ready.set()

    def __exit__(self, *_error) -> None:
        self.loop.call_soon_threadsafe(self.task.cancel)
        self.thread.join(10)
