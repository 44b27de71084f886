"""Who wrote it: a doubt never posts and never vanishes; somebody who can know is asked."""

import pytest

from cop.mail.incoming_models import IncomingMessage
from discussions.models import Reply, Via
from tests.mail_in.conftest import arrive, mail, mail_to, names_to

FAILED = "mx.example.org; dmarc=fail header.from=example.org; spf=fail smtp.mailfrom=evil.example"
PASSED = "mx.example.org; dmarc=pass header.from=example.org"


@pytest.fixture(autouse=True)
def _our_server_vouches(settings):
    settings.INCOMING_AUTH_HOST = "mx.example.org"


def link_in(mailed) -> str:
    text = mailed.get_body(("plain",)).get_content()
    return next(line for line in text.splitlines() if "/mail/held/" in line).replace("http://localhost:8000", "")


def test_a_forged_sender_with_the_right_address_is_asked_and_then_posted_by_one_button(mailed, writer, visitor):
    arrived = arrive(mail("w@example.org", mailed["Reply-To"], Authentication_Results=FAILED))
    assert (arrived.state, Reply.objects.filter(via=Via.MAIL).count()) == ("held", 0)
    link = link_in(mail_to("w@example.org"))
    assert "In a drawer." in visitor.get(link).content.decode()
    assert Reply.objects.filter(via=Via.MAIL).count() == 0
    visitor.post(link)
    visitor.post(link)
    assert Reply.objects.get(via=Via.MAIL).author == writer
    assert "Your mail is in" in visitor.get(link).content.decode()


def test_a_held_mail_can_be_dropped(mailed, visitor):
    arrive(mail("w@example.org", mailed["Reply-To"], Authentication_Results=FAILED))
    link = link_in(mail_to("w@example.org"))
    visitor.post(f"{link}discard/")
    visitor.post(link)
    assert IncomingMessage.objects.get().state == "ignored"
    assert not Reply.objects.filter(via=Via.MAIL).exists()


def test_results_that_another_host_wrote_count_for_nothing(mailed):
    forged = PASSED.replace("mx.example.org", "evil.example")
    assert arrive(mail("w@example.org", mailed["Reply-To"], Authentication_Results=forged)).state == "done"
    failed = FAILED.replace("mx.example.org", "evil.example")
    assert arrive(mail("w@example.org", mailed["Reply-To"], "Two", Authentication_Results=failed)).state == "done"


def test_a_forwarded_mail_is_posted_as_whoever_answers_it_once_they_say_so(mailed, asker, visitor):
    arrived = arrive(mail("a@example.org", mailed["Reply-To"], Authentication_Results=PASSED))
    assert (arrived.state, arrived.asked) == ("held", "a@example.org")
    visitor.post(link_in(mail_to("a@example.org")))
    assert Reply.objects.get(via=Via.MAIL).author == asker


def test_an_unknown_sender_with_the_right_address_asks_its_holder(mailed, writer):
    arrived = arrive(mail("wanda@work.example", mailed["Reply-To"]))
    assert (arrived.state, arrived.asked) == ("held", "w@example.org")
    assert "wanda@work.example" in arrived.reason
    assert names_to("wanda@work.example") == []


def test_site_staff_who_run_a_held_mail_again_do_not_confirm_it(mailed):
    from cop.mail import handling

    arrived = arrive(mail("w@example.org", mailed["Reply-To"], Authentication_Results=FAILED))
    assert handling.again(arrived).state == "held"


def test_a_link_that_nobody_was_sent_shows_nothing(visitor, db):
    assert visitor.get("/mail/held/x/").status_code == 404
    assert visitor.post(f"/mail/held/{'a' * 32}/").status_code == 404
