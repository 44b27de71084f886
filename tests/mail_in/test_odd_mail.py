"""Hostile and broken mail: nothing crashes a door, nothing is lost, and a person can see why it went nowhere."""

import time
from pathlib import Path

import pytest
from django.conf import settings

from cop.mail import arriving, automatic
from cop.mail.incoming_models import IncomingMessage
from tests.mail_in.conftest import arrive, mail, names_to

DATA = Path(settings.SHARED_DATA)
ODD = sorted(path for path in (DATA / "mail-odd").glob("*/*") if path.is_file() and path.suffix != ".json")
VACATIONS = sorted((DATA / "bounces" / "sisimai").glob("rfc3834*.eml"))


def nested(depth: int) -> bytes:
    raw = b"From: w@example.org\r\n\r\ninnermost"
    for _ in range(depth):
        raw = b"From: w@example.org\r\nContent-Type: message/rfc822\r\n\r\n" + raw
    return raw


def boundaries(count: int) -> bytes:
    head = b"From: w@example.org\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    return head + b"--b\r\n\r\nx\r\n" * count + b"--b--"


def deep(depth: int) -> bytes:
    parts = b"".join(b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (n, n + 1) for n in range(depth))
    return b"From: w@example.org\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b0\r\n\r\n" + parts


HOSTILE = {
    "a subject of 10 MB": b"From: w@example.org\r\nSubject: " + b"=?utf-8?q?a?= " * 800_000 + b"\r\n\r\nHi",
    "1,000 recipients": b"From: w@example.org\r\nTo: "
    + b", ".join(b"r%d@in.example.org" % n for n in range(1000))
    + b"\r\n\r\nHi",
    "messages 50 deep": nested(50),
    "messages 3,000 deep": nested(3000),
    "parts 2,000 deep": deep(2000),
    "50,000 parts": boundaries(50_000),
    "no headers": b"\r\n\r\nHi",
    "nothing but zeros": b"\0" * 1000,
    "a wrong boundary": b"From: w@example.org\r\nContent-Type: multipart/mixed; boundary=none\r\n\r\n--other\r\n\r\nHi",
    "an unknown charset": b"From: w@example.org\r\nContent-Type: text/plain; charset=klingon\r\n\r\n\xff\xfe",
    "two senders": b"From: w@example.org, a@example.org\r\n\r\nHi",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mail_is_kept_and_takes_no_time(db, name):
    began = time.process_time()
    arrived = arrive(HOSTILE[name], recipients=["reply+1-abcdefghijklmnop@in.example.org"])
    assert time.process_time() - began < 10
    assert arrived.state in ("refused", "ignored") and arrived.reason


@pytest.mark.skipif(not ODD, reason="No shared data")
def test_all_odd_mails_are_kept_and_none_fails(db):
    for path in ODD:
        arrive(path.read_bytes(), recipients=["reply+1-abcdefghijklmnop@in.example.org"])
    assert not IncomingMessage.objects.filter(state__in=["failed", "waiting"]).exists()
    assert IncomingMessage.objects.count() > 50


@pytest.mark.skipif(not VACATIONS, reason="No shared data")
def test_every_answering_machine_of_the_shared_mails_is_known():
    assert [path.name for path in VACATIONS if not automatic.why_automatic(arriving.parse(path.read_bytes()))] == []


@pytest.mark.skipif(not DATA.exists(), reason="No shared data")
def test_no_reply_of_the_shared_mails_counts_as_automatic():
    replies = sorted((DATA / "replies" / "talon").glob("*.eml"))
    assert [path.name for path in replies if automatic.why_automatic(arriving.parse(path.read_bytes()))] == []


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: Re: Tea",
        "Abwesenheitsnotiz: Tea",
        "Réponse automatique : Tea",
        "Автоматический ответ: чай",
        "自動返信: 茶",
    ],
)
def test_a_machine_is_known_by_its_subject_too_and_never_answered(mailed, subject):
    arrived = arrive(mail("w@example.org", mailed["Reply-To"], subject=subject))
    assert (arrived.state, names_to("w@example.org")) == ("ignored", [])


@pytest.mark.parametrize(
    "header", ["Auto-Submitted: auto-replied", "Precedence: bulk", "X-Autoreply: yes", "Return-Path: <>"]
)
def test_what_a_program_wrote_is_neither_posted_nor_answered(mailed, header):
    raw = header.encode() + b"\n" + mail("w@example.org", mailed["Reply-To"])
    assert (arrive(raw).state, names_to("w@example.org")) == ("ignored", [])


def test_a_mail_of_ours_that_comes_back_is_not_posted(mailed, writer):
    del mailed["Auto-Submitted"], mailed["Precedence"]
    assert arrive(mailed.as_bytes(), recipients=[str(mailed["Reply-To"].addresses[0].addr_spec)]).state == "ignored"


def test_more_than_an_hour_s_worth_is_refused(mailed, monkeypatch):
    from cop.mail import handling

    monkeypatch.setattr(handling, "MAILS_AN_HOUR", 1)
    assert arrive(mail("w@example.org", mailed["Reply-To"], "One")).state == "done"
    assert arrive(mail("w@example.org", mailed["Reply-To"], "Two")).state == "refused"


def test_a_mail_that_fails_is_tried_again_and_then_shown_as_failed(mailed, monkeypatch):
    from datetime import timedelta

    from cop.mail import answerables, handling

    def broken(*_args):
        raise RuntimeError("no luck")

    monkeypatch.setattr(handling, "AGAIN_AFTER", timedelta(0))
    monkeypatch.setitem(answerables.answerables._entries, "reply", broken)
    arrived = arrive(mail("w@example.org", mailed["Reply-To"]))
    for _ in range(5):
        handling.handle_due()
    arrived.refresh_from_db()
    assert (arrived.state, arrived.reason) == ("failed", "RuntimeError: no luck")
    monkeypatch.undo()
    settings.INCOMING_ADDRESS = "@in.example.org"
    assert handling.again(arrived).state == "done"
