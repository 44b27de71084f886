"""The whole path: feeds served over HTTP become posts, and each reader gets each post by SMTP, exactly once."""

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer

import pytest
from django.utils import timezone

from blogs import tasks
from blogs.following import thing_of
from blogs.models import Blog, Post
from blogs.sources import EntryUse, FeedSource, SourceUse
from cop.mail import sending
from cop.mail.models import Delivery
from tests.collecting.feeds import TOC
from tests.factories import SubscriberFactory, SubscriptionFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not TOC.is_dir(), reason="the shared feeds are not here"),
    pytest.mark.usefixtures("loopback_allowed"),
]
READERS = 5


class Sink(ThreadingTCPServer):
    """An SMTP server (RFC 5321) that takes everything and keeps (recipient, message)."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.taken: list[tuple[str, EmailMessage]] = []
        self.lock = threading.Lock()


class Conversation(StreamRequestHandler):
    """One connection's conversation."""

    server: Sink

    def handle(self) -> None:
        self.say("220 sink")
        recipients: list[str] = []
        for line in self.rfile:
            verb = line[:4].upper().strip()
            if verb == b"RCPT":
                recipients.append(line.decode().split("<")[1].split(">")[0])
            if verb == b"DATA":
                self.say("354 go on")
                self.keep(recipients, self.data())
                recipients = []
            self.say("221 bye" if verb == b"QUIT" else "250 ok")
            if verb == b"QUIT":
                return

    def say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")

    def data(self) -> bytes:
        lines = iter(self.rfile.readline, b".\r\n")
        return b"".join(line[1:] if line.startswith(b"..") else line for line in lines)

    def keep(self, recipients: list[str], data: bytes) -> None:
        message = message_from_bytes(data, policy=policy.default)
        with self.server.lock:
            self.server.taken += [(recipient, message) for recipient in recipients]


@pytest.fixture
def sink(settings) -> Iterator[Sink]:
    with Sink() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        settings.EMAIL_URL = f"smtp://127.0.0.1:{server.server_address[1]}"
        yield server
        server.shutdown()


@pytest.fixture
def readers(blog: Blog) -> list[str]:
    """Outside readers who left only an address and want each post."""
    people = SubscriberFactory.create_batch(READERS)
    for subscriber in people:
        SubscriptionFactory(subscriber=subscriber, thing=thing_of(blog), pace="each")
    return [subscriber.address for subscriber in people]


def journals() -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for path in sorted(TOC.iterdir()):
        found.setdefault(path.name.split("@")[0], []).append(path)
    return found


def serve(httpserver, path: Path, name: str) -> str:
    httpserver.expect_request(f"/{name}").respond_with_data(path.read_bytes(), content_type="application/xml")
    return httpserver.url_for(f"/{name}")


def collect_and_send(sink: Sink) -> list[tuple[str, EmailMessage]]:
    """Let every source be due, collect, drain the outbox, and give what came out of it since the last time."""
    before = len(sink.taken)
    FeedSource.objects.update(next_poll_at=timezone.now() - timedelta(minutes=1))
    tasks.collect_due()
    assert not FeedSource.objects.exclude(trouble="").values_list("url", "trouble")
    sending.drain(connections=2)
    assert not Delivery.objects.exclude(state="sent").values_list("address", "state", "answer")
    return sink.taken[before:]


def assert_each_got_each(mails: list[tuple[str, EmailMessage]], posts: list[Post], readers: list[str]) -> None:
    wanted = Counter((reader, f"/blogs/news/{post.pk}/") for reader in readers for post in posts)
    got: Counter[tuple[str, str]] = Counter()
    for recipient, message in mails:
        text = message.get_body(("plain",)).get_content()
        got[recipient, next(f"/blogs/news/{post.pk}/" for post in posts if f"/blogs/news/{post.pk}/" in text)] += 1
    assert got == wanted


@pytest.mark.parametrize("grouping", ["issue", "each"])
def test_each_reader_gets_each_collected_post_once(blog, facilitator, readers, httpserver, sink, grouping):
    paths = journals() if grouping == "issue" else {name: journals()[name] for name in ("biotaxa.org-Phytotaxa-rss",)}
    for name, files in paths.items():
        source = FeedSource.objects.create(url=serve(httpserver, files[0], name))
        SourceUse.objects.create(blog=blog, source=source, mode="publish", grouping=grouping, start="all")

    first = collect_and_send(sink)
    posts = list(Post.objects.all())
    assert len(posts) == len({post.title for post in posts}) > 0
    assert_each_got_each(first, posts, readers)

    assert collect_and_send(sink) == []

    httpserver.clear_all_handlers()
    for name, files in paths.items():
        serve(httpserver, files[-1], name)
    later = collect_and_send(sink)
    assert_each_got_each(later, list(Post.objects.exclude(pk__in=[post.pk for post in posts])), readers)
    assert not Post.objects.exclude(state="published").exists()
    assert not EntryUse.objects.filter(state="waiting").exists()

    assert collect_and_send(sink) == []
    ids = [(recipient, message["Message-ID"]) for recipient, message in sink.taken]
    assert len(ids) == len(set(ids)) == Delivery.objects.filter(state="sent").count()
