"""The whole path, through a real SMTP conversation: subscribe, confirm, publish, round up, leave."""

import email
import email.policy
import socketserver
import threading
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from cop.mail import sending
from cop.notifications import announcing, asking, digesting
from cop.notifications.models import Subscription
from tests.factories import ActivityFactory
from tests.notifications.conftest import links_in

pytestmark = pytest.mark.django_db(transaction=True)


class Conversation(socketserver.StreamRequestHandler):
    """A server's half of RFC 5321, as far as a client without extensions needs it."""

    def handle(self) -> None:
        self.say("220 sink")
        while line := self.rfile.readline().decode().strip():
            verb = line[:4].upper()
            if verb == "RCPT":
                self.recipient = line.partition("<")[2].partition(">")[0]
            if verb == "DATA":
                self.say("354 go on")
                lines = iter(self.rfile.readline, b".\r\n")
                data = b"".join(line.removeprefix(b".") if line.startswith(b"..") else line for line in lines)
                self.server.got.append((self.recipient, email.message_from_bytes(data, policy=email.policy.default)))
            self.say("221 bye" if verb == "QUIT" else "250 ok")
            if verb == "QUIT":
                return

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class Sink(socketserver.ThreadingTCPServer):
    """An SMTP server on loopback that keeps what it gets as (recipient, message)."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.got: list[tuple[str, email.message.EmailMessage]] = []

    def of(self, address: str) -> list[email.message.EmailMessage]:
        return [message for recipient, message in self.got if recipient == address]


@pytest.fixture
def sink(settings):
    with Sink() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.EMAIL_URL = f"smtp://127.0.0.1:{server.server_address[1]}"
        yield server
        server.shutdown()


def publish(thing, **given) -> None:
    activity = ActivityFactory(thing=thing, **given)
    mailing = announcing.prepare(
        "by_hand_note",
        thing=thing,
        dedupe_key=f"post:{activity.pk}",
        context={"activity": activity, "url": "/", "subscribe_url": "/"},
    )
    announcing.announce(activity, mailing=mailing)
    sending.drain(connections=2)


def join(thing, sink, address: str) -> Subscription:
    """Type the address, and press the button that the mail leads to."""
    asking.ask(address, thing=thing, network="192.0.2.1")
    asking.answer_due()
    sending.drain(connections=1)
    (link,) = [link for link in links_in(sink.of(address)[0]) if "/confirm/" in link]
    Client().post(link)
    return Subscription.objects.get(subscriber__address=address)


def test_each_reader_gets_each_post_exactly_once(shelf, sink):
    for address in ("rosa@example.net", "milan@example.net"):
        join(shelf, sink, address)
    publish(shelf, title="The first issue")
    sending.drain(connections=2)
    for address in ("rosa@example.net", "milan@example.net"):
        subjects = [message["Subject"] for message in sink.of(address)]
        assert subjects[1:] == ["New Books: The first issue"]


def test_a_weekly_reader_gets_one_round_up_and_nothing_twice(shelf, sink):
    row = join(shelf, sink, "rosa@example.net")
    Client().post(f"/mail/manage/{row.token}/{row.pk}/pace/", {"pace": "weekly"})
    publish(shelf, title="The first issue")
    publish(shelf, title="The second issue")
    for week in (8, 8, 16):
        with time_machine.travel(timezone.now() + timedelta(days=week)):
            digesting.send_due()
            sending.drain(connections=2)
    assert [message["Subject"] for message in sink.of("rosa@example.net")][1:] == ["New Books: 2 new posts"]


def test_who_leaves_while_a_post_waits_in_the_outbox_gets_nothing(shelf, sink, settings):
    row = join(shelf, sink, "rosa@example.net")
    (header,) = [message["List-Unsubscribe"] for message in sink.of("rosa@example.net")]
    activity = ActivityFactory(thing=shelf)
    mailing = announcing.prepare("already_subscribed", thing=shelf, dedupe_key="post", context={})
    announcing.announce(activity, mailing=mailing)
    assert row.token in header
    Client().post(f"/mail/leave/{row.token}/", {"List-Unsubscribe": "One-Click"})
    sending.drain(connections=2)
    assert len(sink.of("rosa@example.net")) == 1
