"""Answering a topic's mail by mail: posted once, as whoever wrote it, and by nobody else."""

from email import message_from_bytes
from email.policy import default

import pytest
from django.utils import timezone

from cop.files import attaching
from cop.files.attachment_models import Attachment
from cop.mail import handling, taking_in
from cop.mail.incoming_models import IncomingMessage
from discussions import moderating
from discussions.models import Reply, Via
from members import joining
from tests.factories import reply_to
from tests.mail_in.conftest import arrive, mail, mail_to, names_to

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)


def posted() -> list[Reply]:
    return list(Reply.objects.filter(via=Via.MAIL))


def test_an_answer_is_posted_below_what_it_answers(mailed, writer, topic):
    quoted = "\n".join(f"> {line}" for line in mailed.get_body(("plain",)).get_content().splitlines())
    text = f"In a drawer.\n\nOn 5 May 2026 at 10:30, Library <x@example.org> wrote:\n\n{quoted}\n"
    arrived = arrive(mail("Wanda <W@Example.org>", mailed["Reply-To"], text))
    [reply] = posted()
    assert (reply.body, reply.author, reply.topic) == ("In a drawer.", writer, topic)
    assert reply.parent.body == "Which ones?"
    assert "Which ones?" in reply.trimmed
    assert (arrived.state, arrived.url) == ("done", reply.get_absolute_url())


def test_what_was_trimmed_can_be_shown_on_the_page(mailed, topic, as_member):
    arrive(mail("w@example.org", mailed["Reply-To"], "In a drawer.\n\n-- \nWanda"))
    page = as_member.get(topic.get_absolute_url()).content.decode()
    assert "Show what was trimmed" in page and "Wanda</pre>" in page


def test_mails_of_a_topic_are_one_thread_and_say_where_to_write(mailed, topic):
    assert mailed["References"] == f"<topic-{topic.pk}@localhost>"
    assert mailed["Reply-To"].endswith("@in.example.org>")
    assert "Write your answer above this line" in mailed.get_body(("plain",)).get_content()


def test_a_site_that_takes_no_mail_in_offers_no_address(settings, topic, asker, writer):
    settings.INCOMING_ADDRESS = ""
    from discussions import telling
    from tests.discussions.test_telling import LATER

    reply_to(topic, by=asker, body="Which ones?")
    telling.tell_due(timezone.now() + LATER)
    mailed = mail_to(writer.email)
    assert mailed["Reply-To"] is None
    assert "above this line" not in mailed.get_body(("plain",)).get_content()


def test_the_first_answer_is_acknowledged_and_the_second_is_not(mailed):
    arrive(mail("w@example.org", mailed["Reply-To"], "One"))
    assert names_to("w@example.org") == ["incoming_done"]
    arrive(mail("w@example.org", mailed["Reply-To"], "Two"))
    assert names_to("w@example.org") == ["incoming_done"]


def test_the_same_mail_by_two_doors_is_posted_once(mailed):
    raw = mail("w@example.org", mailed["Reply-To"])
    arrive(raw)
    arrive(b"Received: from another.example\r\n" + raw)
    assert len(posted()) == 1
    assert IncomingMessage.objects.count() == 1


def test_a_worker_killed_after_posting_does_not_post_again(mailed):
    [row] = taking_in.take_in(mail("w@example.org", mailed["Reply-To"]), door="pipe")
    handling.handle(row)
    IncomingMessage.objects.update(state="waiting", due_at=timezone.now())
    handling.handle_due()
    assert len(posted()) == 1


def test_two_workers_take_it_in_hand_once(mailed):
    [row] = taking_in.take_in(mail("w@example.org", mailed["Reply-To"]), door="pipe")
    twin = IncomingMessage.objects.get(pk=row.pk)
    assert (handling.handle(row), handling.handle(twin)) == (True, False)


def test_two_different_answers_under_one_message_id_are_both_posted(mailed):
    for text in ("One", "Two"):
        arrive(mail("w@example.org", mailed["Reply-To"], text, Message_ID="<same@example.org>"))
    assert sorted(reply.body for reply in posted()) == ["One", "Two"]


def with_files(mailed, *files: tuple[bytes, str, str], **given: str) -> bytes:
    message = message_from_bytes(mail("w@example.org", mailed["Reply-To"], **given), policy=default)
    for data, kind, name in files:
        message.add_attachment(data, *kind.split("/"), filename=name)
    return message.as_bytes()


def test_images_and_files_are_kept_as_in_the_browser(mailed, settings, tmp_path, as_member, visitor):
    settings.MEDIA_ROOT = tmp_path
    arrive(with_files(mailed, (PNG, "image/png", "shelf.png"), (b"%PDF-1.7", "application/pdf", "plan [1].pdf")))
    [reply] = posted()
    file = Attachment.objects.get()
    assert "![shelf.png](/files/" in reply.body
    assert f"- [plan\\_1.pdf]({file.get_absolute_url()}) (8 bytes)" in reply.body
    assert (file.owner, file.audience) == (reply.author, reply.topic.audience)
    assert b"".join(as_member.get(file.get_absolute_url())) == b"%PDF-1.7"


def test_what_is_not_kept_is_named_on_the_page_and_told_with_the_reason(mailed, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(attaching, "BYTES_LIMIT", 100)
    files = [
        (b"MZ\x90", "application/x-msdownload", "game.exe"),
        (b"%PDF-" + b"x" * 200, "application/pdf", "long.pdf"),
        (b"<html>", "application/pdf", "false.pdf"),
        (b"x", "application/pgp-signature", "signature.asc"),
    ]
    arrive(with_files(mailed, *files))
    [reply] = posted()
    assert reply.body.endswith("*Came with the mail and was not kept: game.exe, long.pdf, false.pdf*")
    told = mail_to("w@example.org").get_body(("plain",)).get_content()
    assert "game.exe: Files of this kind are not shared here" in told.replace("\r\n", " ")
    assert "long.pdf: This file is larger than 20 MB" in told
    assert "false.pdf: This file is not what its name says" in told
    assert "signature.asc" not in told
    assert not Attachment.objects.exists()
    arrive(with_files(mailed, files[0], text="Once more"))
    assert names_to("w@example.org") == ["incoming_done", "incoming_done"]
    assert "game.exe" in mail_to("w@example.org").get_body(("plain",)).get_content()


def test_a_mail_with_a_hundred_files_keeps_ten(mailed, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    arrive(with_files(mailed, *((b"%d" % number, "text/plain", f"{number}.txt") for number in range(100))))
    assert Attachment.objects.count() == 10
    assert "99.txt" in posted()[0].body


@pytest.mark.parametrize(
    "damage", [lambda code: code[:-1] + ("a" if code[-1] != "a" else "b"), lambda code: "zz-" + code, str.upper]
)
def test_a_code_that_was_changed_is_refused_and_case_does_not_matter(mailed, damage):
    code = mailed["Reply-To"].addresses[0].username.partition("+")[2]
    arrived = arrive(mail("w@example.org", f"reply+{damage(code)}@in.example.org"))
    is_same = damage is str.upper
    assert arrived.state == ("done" if is_same else "refused")
    assert names_to("w@example.org") == (["incoming_done"] if is_same else ["incoming_refused"])


def test_an_answer_after_leaving_is_refused_with_its_words_given_back(mailed, community, writer):
    joining.leave(community, by=writer)
    arrived = arrive(mail("w@example.org", mailed["Reply-To"]))
    assert arrived.state == "refused"
    text = mail_to("w@example.org").get_body(("plain",)).get_content()
    assert "In a drawer." in text and arrived.reason.split(".")[0] in text
    assert not posted()


def test_an_answer_to_what_is_gone_is_refused(mailed, topic, facilitator):
    moderating.delete_topic(topic, by=facilitator)
    arrived = arrive(mail("w@example.org", mailed["Reply-To"]))
    assert (arrived.state, posted()) == ("refused", [])
    assert "does not exist any more" in arrived.reason


def test_a_mail_with_nothing_but_a_quotation_is_refused(mailed):
    arrived = arrive(mail("w@example.org", mailed["Reply-To"], ""))
    assert arrived.state == "refused"


def test_every_refusal_is_answered_but_the_same_one_once_a_day(mailed, community, writer):
    joining.leave(community, by=writer)
    for text in ("One", "Two"):
        arrive(mail("w@example.org", mailed["Reply-To"], text))
    assert names_to("w@example.org") == ["incoming_refused"]


def test_a_site_with_one_mailbox_uses_plus_addresses(settings, topic, asker, writer):
    settings.INCOMING_ADDRESS = "post@example.org"
    from discussions import telling
    from tests.discussions.test_telling import LATER

    reply_to(topic, by=asker, body="Which ones?")
    telling.tell_due(timezone.now() + LATER)
    to = mail_to(writer.email)["Reply-To"]
    assert "<post+reply." in to
    assert arrive(mail("w@example.org", to)).state == "done"
