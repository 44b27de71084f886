"""Mail of a development site is caught in a folder and shown on a page; Django's own mail goes the same way."""

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives, send_mail
from django.urls import reverse

from cop.mail import outbox, relaying, sending
from cop.mail.checks import check_relay
from cop.mail.models import Mailing


@pytest.fixture
def development(settings, tmp_path, transactional_db):
    settings.EMAIL_URL, settings.VAR, settings.IS_DEVELOPMENT = "", tmp_path, True


@pytest.fixture
def caught(development, client):
    """The addresses of the pages of one caught mail, its HTML with a script in it."""
    mail = EmailMultiAlternatives("Your code", "It is 1234.", None, ["ann@example.org"])
    mail.attach_alternative("<html><head></head><body><script>alert(1)</script><b>1234</b></body></html>", "text/html")
    mail.send()
    sending.drain()
    page = client.get(reverse("mail:mailbox"))
    key = page.context["rows"][0]["key"]
    return {name: reverse(f"mail:{name}", args=[key]) for name in ("mailbox-show", "mailbox-html")}


def test_the_mailbox_lists_what_was_caught(caught, client):
    page = client.get(reverse("mail:mailbox"))
    assert "Your code" in page.text
    assert "ann@example.org" in page.text


def test_a_mail_is_shown_with_text_and_headers(caught, client):
    page = client.get(caught["mailbox-show"])
    assert "It is 1234." in page.text
    assert "Auto-Submitted" in page.text


def test_html_is_shown_in_a_frame_where_nothing_runs(caught, client):
    page, frame = client.get(caught["mailbox-show"]), client.get(caught["mailbox-html"])
    sandbox = page.text.partition('sandbox="')[2].partition('"')[0].split()
    policy = frame.headers["Content-Security-Policy"]
    assert "sandbox=" in page.text
    assert "allow-scripts" not in sandbox
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert frame.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_outside_development_there_is_no_mailbox(caught, client, settings):
    settings.IS_DEVELOPMENT = False
    pages = [reverse("mail:mailbox"), *caught.values()]
    assert [client.get(page).status_code for page in pages] == [404, 404, 404]


@pytest.mark.parametrize("key", ["nothing", "..", "%2e%2e%2fsecret_key", "a:b"])
def test_a_mail_that_is_not_there_is_not_found(development, client, key):
    assert client.get(f"/mailbox/{key}/").status_code == 404


def test_only_the_newest_are_kept(development, monkeypatch):
    monkeypatch.setattr(relaying, "MAILBOX_KEEPS", 3)
    for number in range(5):
        send_mail(f"Mail {number}", "Words", None, ["ann@example.org"])
    sending.drain()
    kept = relaying.MailboxRelay().box
    assert len(kept.keys()) == 3


def test_the_body_of_a_secret_mail_is_wiped_once_it_is_sent(server, transactional_db):
    sink = server()
    send_mail("Your code", "It is 1234.", None, ["ann@example.org"])
    assert b"1234" in bytes(Mailing.objects.get().source)
    sending.drain()
    mailing = Mailing.objects.get()
    assert b"1234" in sink.taken[0].data
    assert (bytes(mailing.source), mailing.state) == (b"", "done")


def test_the_body_stays_while_the_mail_waits(server, transactional_db):
    server(rcpt_answer="450 4.2.1 later")
    send_mail("Your code", "It is 1234.", None, ["ann@example.org"])
    sending.drain()
    assert b"1234" in bytes(Mailing.objects.get().source)


def test_a_withdrawn_or_refused_secret_is_wiped_too(server, transactional_db):
    server(rcpt_answer="550 5.1.1 nobody")
    send_mail("Your code", "It is 1234.", None, ["ann@example.org"])
    sending.drain()
    assert bytes(Mailing.objects.get().source) == b""


def test_a_withdrawn_secret_is_wiped(transactional_db):
    send_mail("Your code", "It is 1234.", None, ["ann@example.org"])
    outbox.withdraw(Mailing.objects.get(), "Not wanted")
    assert bytes(Mailing.objects.get().source) == b""


def test_each_recipient_gets_a_mail_of_their_own(server, transactional_db):
    sink = server()
    EmailMessage("News", "Words", None, ["ann@example.org"], cc=["bob@example.org"], bcc=["cy@example.org"]).send()
    sending.drain()
    assert set(sink.record.counts()) == {"ann@example.org", "bob@example.org", "cy@example.org"}
    assert all(b"cy@example.org" not in taken.data for taken in sink.taken if taken.recipient != "cy@example.org")


def test_an_attachment_arrives(server, transactional_db):
    sink = server()
    mail = EmailMessage("News", "Words", None, ["ann@example.org"])
    mail.attach("list.csv", "a,b\n", "text/csv")
    mail.send()
    sending.drain()
    assert b'filename="list.csv"' in sink.taken[0].data


@pytest.mark.parametrize("url", ["smtp://", "http://mail.example.org", "smtp://host:port", "mail.example.org"])
def test_a_relay_that_cannot_be_read_is_named_at_start(settings, url):
    settings.EMAIL_URL = url
    assert [error.id for error in check_relay(None)] == ["cop.mail.E001"]


@pytest.mark.parametrize(
    "url", ["", "smtp://localhost:25", "smtp+tls://u:p%40@mail.example.org:587", "smtps://m.example"]
)
def test_a_relay_that_can_be_read_is_fine(settings, url):
    settings.EMAIL_URL = url
    assert check_relay(None) == []
