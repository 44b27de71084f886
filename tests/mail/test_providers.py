"""Mail that leaves by a provider's API instead of SMTP: here by Postmark's, served on loopback."""

import json

import pytest
from werkzeug import Request, Response

from cop.mail import outbox, sending
from cop.mail.models import Delivery, RelayPause
from tests.mail.conftest import let_time_pass

OK = {"ErrorCode": 0, "Message": "OK", "MessageID": "abc", "SubmittedAt": "2026-01-01T00:00:00Z"}


@pytest.fixture
def provider(settings, httpserver):
    """The provider's server, which a test tells what to answer."""
    settings.EMAIL_URL, settings.EMAIL_PROVIDER = "", "postmark"
    settings.ANYMAIL = {"POSTMARK_SERVER_TOKEN": "token", "POSTMARK_API_URL": httpserver.url_for("/")}
    return httpserver


def answer(provider, body: dict[str, object], status: int = 200) -> None:
    def respond(request: Request) -> Response:
        return Response(json.dumps({**body, "To": request.get_json()["To"]}), status, content_type="application/json")

    provider.clear_all_handlers()
    provider.expect_request("/email").respond_with_handler(respond)


def sent(provider) -> list[dict[str, object]]:
    return [request.get_json() for request, _answer in provider.log]


def test_each_reader_gets_one_copy_by_the_provider(provider, mailing_to):
    answer(provider, OK)
    mailing = mailing_to(3)
    assert sending.drain() == 3
    assert sorted(mail["To"] for mail in sent(provider)) == [f"reader00{number}@example.net" for number in (1, 2, 3)]
    assert outbox.progress(mailing).sent == 3


def test_the_provider_is_given_text_html_and_our_headers(provider, mailing_to):
    answer(provider, OK)
    mailing_to(1)
    sending.drain()
    (mail,) = sent(provider)
    headers = {header["Name"]: header["Value"] for header in mail["Headers"]}
    assert "/leave/k1001/" in headers["List-Unsubscribe"]
    assert {"Message-ID", "List-Unsubscribe-Post", "Auto-Submitted"} <= headers.keys()
    assert mail["TextBody"]
    assert mail["HtmlBody"]


@pytest.mark.parametrize("status", [401, 429, 500, 503])
def test_a_provider_that_takes_nothing_pauses_the_queue_and_blames_nobody(provider, mailing_to, status):
    answer(provider, {"ErrorCode": 10, "Message": "no"}, status=status)
    mailing = mailing_to(30)
    assert sending.drain() == 0
    assert len(provider.log) < 30
    assert RelayPause.objects.get().closed_until
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {0}
    answer(provider, OK)
    let_time_pass()
    assert sending.drain() == outbox.progress(mailing).sent == 30


def test_a_provider_that_is_not_there_pauses_the_queue(provider, mailing_to, settings):
    settings.ANYMAIL = {**settings.ANYMAIL, "POSTMARK_API_URL": "http://127.0.0.1:9/"}
    mailing_to(30)
    assert sending.drain() == 0
    assert RelayPause.objects.get().closed_until


def test_a_copy_that_the_provider_cannot_use_is_put_off(provider, mailing_to):
    answer(provider, {"ErrorCode": 300, "Message": "Invalid email request"}, status=422)
    mailing_to(1)
    sending.drain()
    copy = Delivery.objects.get()
    assert (copy.state, copy.attempts) == ("waiting", 1)
    assert "422" in copy.answer
