"""What is posted of a mail: its writer's own words, with all of the shared replies as examples."""

import io
import json
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.management import call_command

from cop.mail import letters
from cop.mail.trimming import MARKER, Trimmed, trim

REPLIES = Path(settings.SHARED_DATA) / "replies"
EXPECTED = sorted(REPLIES.glob("*/*.expected.txt"))
TALON = sorted(REPLIES.glob("talon/*.expected.json"))


def folded(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: f"{path.parent.name}/{path.name.partition('.')[0]}")
def test_every_expected_text_of_the_shared_replies_is_given(expected):
    text = expected.with_name(expected.name.replace(".expected.txt", ".txt")).read_text(errors="replace")
    assert folded(trim(text).text) == folded(expected.read_text(errors="replace"))


@pytest.mark.parametrize("expected", TALON, ids=lambda path: path.name.partition(".")[0])
def test_whole_mails_of_named_programs_are_trimmed(expected):
    facts = json.loads(expected.read_text())
    raw = expected.with_name(expected.name.removesuffix(".expected.json")).read_bytes()
    is_mail = expected.name.endswith(".eml.expected.json")
    text = letters.read(raw).text if is_mail else letters.plain_of_html(raw.decode("utf-8", "replace"))
    got = trim(letters.tidy(text)).text
    wanted = facts.get("reply_text") or facts.get("reply_text_ignoring_white_space")
    assert folded(got) == folded(wanted) if wanted else facts["reply_must_not_contain"] not in got


@pytest.mark.skipif(not EXPECTED, reason="No shared data")
def test_nothing_is_cut_where_nothing_is_quoted():
    for name in ("tricky_1_on_false_positive", "tricky_2_url_with_wrote", "tricky_4_from_in_body", "not_a_signature_2"):
        text = (REPLIES / "crisp" / f"email_{name}.txt").read_text()
        assert (folded(trim(text).text), trim(text).cut) == (folded(text), "")


def test_answers_between_quotations_keep_what_they_answer():
    given = trim("On 5 May 2026, at 10:30, Ana <a@example.org> wrote:\n> Tea?\n\nYes.\n\n> Milk?\n\nNo.\n\n-- \nMina")
    assert given.text == "> Tea?\n\nYes.\n\n> Milk?\n\nNo."
    assert "Mina" in given.cut


def test_what_stands_below_our_own_line_is_ours():
    assert trim(f"In a drawer.\n\n{MARKER} Write your answer above this line\n\nWhere is it?").text == "In a drawer."


@pytest.mark.parametrize(
    "announced",
    [
        "Em qua, 10 de ago de 2016 às 13:41, Ana Silva <a@example.org> escreveu:",
        "Dne st 9. 11. 2016 v 15:27 odesílatel Jan <a@example.org> napsal:",
        "22 Mart 2017 21:25 tarihinde Ali <a@example.org> yazdı:",
        "Den fre 10 mars 2017 kl 15:49 skrev Eva <a@example.org>:",
        "2016年11月10日 15:30 花子 <a@example.org>:",
        "Ana <a@example.org> kirjoitti 3. maaliskuuta 2017 klo 8.15:",
    ],
)
def test_quotations_are_announced_in_many_languages(announced):
    assert trim(f"So it is.\n\n{announced}\n\nIs it so?").text == "So it is."


def test_code_is_not_taken_for_a_quotation():
    text = "Try this:\n\n```\n> cat x\nFrom: a\nTo: b\nSubject: c\n--\n```\n\nIt works."
    assert trim(text).text == text


def test_a_lawyers_paragraph_is_cut():
    lawyer = "This message is confidential and intended only for the addressee. Received in error, it must be deleted."
    assert trim(f"Yes, on Monday.\n\n{lawyer}").text == "Yes, on Monday."


@pytest.mark.parametrize(
    "text", ["\n" * 60_000, "On 2012 10:20 \n" * 4_000, "> a\nb\n" * 10_000, "a@b.cc wrote\n" * 4_000]
)
def test_hostile_texts_take_no_time(text):
    began = time.process_time()
    trim(text)
    assert time.process_time() - began < 8


def test_the_command_prints_what_would_be_posted(monkeypatch):
    raw = b"From: Ana <a@example.org>\r\nSubject: Re: Tea\r\n\r\nIn a drawer.\r\n\r\n-- \r\nAna\r\n"
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
    printed = io.StringIO()
    call_command("parse_reply", stdout=printed)
    assert printed.getvalue() == "In a drawer.\n"


def test_of_a_very_long_mail_nothing_is_lost():
    long = "x" * 250_000
    assert trim(long) == Trimmed(long)
    lines = "\n".join(f"line {number}" for number in range(20_000))
    assert trim(lines) == Trimmed(lines)
    found = trim(f"Mine.\n\nOn 5 May 2026 at 10:30, Ana <a@b.cd> wrote:\n> {long}")
    assert found.text == "Mine."
    assert long in found.cut


def test_a_writer_s_name_alone_announces_a_quotation():
    assert trim("Mine.\n\nAna Berg wrote:\n> Yours?").text == "Mine."
    assert trim("As I wrote:\nnobody knows.").text == "As I wrote:\nnobody knows."
