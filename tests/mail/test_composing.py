"""What a mail looks like on the wire."""

import re
import time
from email import message_from_bytes
from email.policy import default as policy

import pytest
from django.core.mail import EmailMultiAlternatives

from cop.mail import outbox, sending
from cop.mail.composing import KEY, TO, Blank, Letter, compose, headers, seal, wrapped
from cop.mail.models import Delivery, Mailing
from tests.mail.conftest import let_time_pass


def letter_with(*, leave_url=f"https://site.example/leave/{KEY}/", list_id="", from_name="", reply_to="", **context):
    """Compose and fill in tests/mail/templates/mail/sample.* for reader@example.net; give it parsed."""
    letter = Letter(
        leave_url=leave_url, is_bulk=bool(leave_url), list_id=list_id, from_name=from_name, reply_to=reply_to
    )
    _, source = compose("sample", context={"KEY": KEY, **context}, language="en", letter=letter)
    return message_from_bytes(Blank(source, 7).fill("k1", "reader@example.net"), policy=policy)


def test_a_mail_to_a_list_can_be_left_with_one_click():
    mail = letter_with(list_id="News <news.site.example>")
    assert mail["List-Unsubscribe"] == "<https://site.example/leave/k1/>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Id"] == "News <news.site.example>"
    assert (mail["Auto-Submitted"], mail["Precedence"]) == ("auto-generated", "bulk")


def test_a_mail_to_one_person_names_no_list():
    mail = letter_with(leave_url="")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert not {"List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "Precedence"} & set(mail)


def test_each_header_stands_once():
    names = [name.lower() for name in letter_with(list_id="News <n.site.example>", reply_to="a@example.org")]
    assert len(names) == len(set(names))


def test_a_letter_has_the_readers_own_links_in_both_bodies():
    mail = letter_with()
    for kind in ("plain", "html"):
        assert "https://site.example/read/k1/" in mail.get_body((kind,)).get_content()
    assert "PLACE" not in str(mail)
    assert mail["To"] == "reader@example.net"


def test_copies_have_numbers_of_their_own_that_stay_the_same():
    _, source = compose("sample", context={"KEY": KEY}, language="en", letter=Letter())
    numbers = [
        re.search(rb"Message-ID: (\S+)", Blank(source, mailing).fill(key, "a@example.org"))[1]
        for mailing, key in [(1, "k1"), (1, "k2"), (2, "k1"), (1, "k1")]
    ]
    assert len(set(numbers)) == 3
    assert numbers[0] == numbers[3]


def test_a_second_attempt_is_the_same_to_the_byte(server, mailing_to):
    sink, _ = server(lose_every=1), mailing_to(1)
    sending.drain()
    time.sleep(1.1)
    let_time_pass()
    sending.drain()
    first, second = sink.taken
    assert first.data == second.data


def test_a_subject_cannot_start_a_header():
    mail = letter_with(subject="News\r\nBcc: all@example.org\n\nHello")
    assert mail["Subject"] == "News Bcc: all@example.org Hello"
    assert mail["Bcc"] is None


def test_a_name_cannot_start_a_header():
    mail = letter_with(from_name='Ann "A" <x@evil.example>,\r\nBcc: all@example.org')
    assert mail["Bcc"] is None
    assert [address.addr_spec for address in mail["From"].addresses] == ["noreply@localhost"]


@pytest.mark.parametrize("reply_to", ["a@example.org\nBcc: all@example.org", "a@example.org\r\nX: y"])
def test_other_headers_with_line_breaks_are_refused(reply_to):
    with pytest.raises(ValueError):
        letter_with(reply_to=reply_to)


@pytest.mark.parametrize(
    ("key", "address"),
    [
        ("k1", "a@example.org\r\nBcc: b@example.org"),
        ("k1", "a@example.org>\r\nDATA"),
        ("k1", "nobody"),
        ("k1", ""),
        ("k 1", "a@example.org"),
        ("k1\r\nX: y", "a@example.org"),
        ("../x", "a@example.org"),
    ],
)
def test_nothing_odd_is_filled_in(key, address):
    with pytest.raises(ValueError):
        Blank(b"To: xTOxPLACEx", 1).fill(key, address)


def test_an_odd_address_fails_alone(server, mailing_to):
    sink, mailing = server(), mailing_to(3)
    Delivery.objects.filter(key="k1002").update(address="two words@example.net")
    sending.drain()
    assert (outbox.progress(mailing).sent, outbox.progress(mailing).failed) == (2, 1)
    assert len(sink.taken) == 2


def test_letters_of_all_languages_arrive():
    mail = letter_with(subject="Grüße, 読者 – مرحبا", words="Ærø 読者 مرحبا 🌱", from_name="Zoë 読", list_id="")
    assert mail["Subject"] == "Grüße, 読者 – مرحبا"
    assert mail["From"].addresses[0].display_name == "Zoë 読"
    for kind in ("plain", "html"):
        assert "Ærø 読者 مرحبا 🌱" in mail.get_body((kind,)).get_content()


@pytest.mark.parametrize("words", ["word " * 2000, "x" * 5000, "読" * 3000, "<b>ö</b>" * 500])
def test_long_lines_are_broken_and_links_stay_whole(words):
    _, source = compose("sample", context={"KEY": KEY, "words": words}, language="en", letter=Letter())
    assert max(len(line) for line in source.split(b"\r\n")) <= 998
    assert source.count(f"https://site.example/read/{KEY}/".encode()) == 2
    assert b"\n" not in source.replace(b"\r\n", b"")


def test_text_is_wrapped_and_lists_and_quotes_keep_their_shape():
    text = wrapped(f"- {'word ' * 40}\n> {'said ' * 40}\n\n\n\nhttps://site.example/{'x' * 100}\n")
    lines = text.splitlines()
    assert max(len(line) for line in lines if "://" not in line) <= 76
    assert lines[1].startswith("  word")
    assert sum(line.startswith("> said") for line in lines) == 3
    assert f"https://site.example/{'x' * 100}" in lines
    assert "\n\n\n" not in text


def test_a_dot_at_the_start_of_a_line_ends_no_mail(server, mailing_to):
    sink = server()
    mailing_to(2, context={"words": ".\n..\nafter"})
    sending.drain()
    text = message_from_bytes(sink.taken[0].data, policy=policy).get_body(("plain",)).get_content()
    assert len(sink.taken) == 2
    assert "\n..\nafter" in text.replace("\r\n", "\n") or text.startswith(".")
    assert "\nafter" in text.replace("\r\n", "\n")


def test_marks_that_got_lost_are_noticed():
    mail = EmailMultiAlternatives("News", KEY, "a@example.org", [TO, TO], headers=headers(Letter()))
    with pytest.raises(ValueError, match="mark"):
        seal(mail)


@pytest.mark.django_db
def test_a_template_that_fails_leaves_no_mailing():
    with pytest.raises(Exception, match="nothing_of_the_kind"):
        outbox.prepare("nothing_of_the_kind", dedupe_key="x", context={})
    assert not Mailing.objects.exists()


@pytest.mark.django_db
def test_a_mailing_not_filled_yet_takes_the_newer_words():
    for subject in ("Old", "New"):
        outbox.prepare("sample", dedupe_key="x", context={"KEY": KEY, "subject": subject})
    mailing = Mailing.objects.get()
    assert mailing.subject == "New"
    assert b"Subject: New\r\n" in bytes(mailing.source)
