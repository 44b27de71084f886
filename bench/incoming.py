"""`python -m bench.incoming [N]`: N answers to a topic by mail: stored, handed over by LMTP, seen to, also with faults.

On the database server that DATABASE_URL names (else SQLite), in a database of its own that is dropped afterwards. The
last pass kills the worker with SIGKILL over and over; every mail must be posted once.
"""
# ruff: noqa: E402

import os
import random
import signal
import smtplib
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.conf import settings
from django.db import connection, connections
from django.test.utils import get_runner
from django.utils import timezone

from cop.mail import asking_back, handling, own_addresses, taking_in
from cop.mail.incoming_models import IncomingMessage
from cop.mail.models import Delivery, Mailing
from cop.notifications.models import Subscription
from discussions.models import Forum, Reply, Topic
from discussions.writing import Writer, start_topic
from members.models import Community, Membership, User
from tests.mail_in.test_doors import lmtp_door

BODY = "In a drawer, number {number}.\n\nOn 5 May 2026 at 10:30, Library <x@example.org> wrote:\n\n" + "> Where?\n" * 30


def make_topic() -> tuple[Topic, str]:
    """Make a topic, and the address under which one member answers its mail."""
    community = Community.objects.create(name="Bench", slug="bench", purpose="To be measured.")
    user = User.objects.create_user("w@example.org", display_name="Wanda")
    Membership.objects.create(user=user, community=community)
    forum = Forum.objects.create(community=community, name="Desk", slug="desk")
    topic = start_topic(title="Where?", body="Where are they?", by=Writer(user=user), forum=forum, is_vetted=True)
    reply = topic.replies.get()
    mailing = Mailing.objects.create(name="reply", dedupe_key="bench", source=b"", about=f"reply:{reply.pk}")
    key = Subscription.objects.filter(subscriber__user=user).values_list("token", flat=True).first() or ""
    if not key:
        from tests.factories import SubscriberFactory

        subscriber = SubscriberFactory(address=user.email, user=user)
        row = Subscription.objects.create(
            subscriber=subscriber, community=community, thing_kind="topic", thing_id=topic.pk, expires_at=timezone.now()
        )
        key = row.token
    delivery = Delivery.objects.create(mailing=mailing, key=key, address=user.email, due_at=timezone.now())
    return topic, own_addresses.make("reply", own_addresses.sign("reply", delivery.pk, secret=key))


def mails(name: str, count: int, to: str) -> list[bytes]:
    """Write so many answers."""
    head = "From: Wanda <w@example.org>\r\nTo: {to}\r\nSubject: Re: Where?\r\n"
    head += "Message-ID: <{name}{number}@example.org>\r\n\r\n"
    return [(head + BODY).format(to=to, name=name, number=number).encode() for number in range(count)]


@contextmanager
def timed(what: str, count: int) -> Iterator[None]:
    """Print how many mails a second that was."""
    began = time.monotonic()
    yield
    took = time.monotonic() - began
    print(f"{what:<44}{count:>7} mails {took:>8.1f} s {count / took:>8.0f} a second")


def store(found: list[bytes]) -> None:
    for raw in found:
        taking_in.take_in(raw, door="pipe")


def hand_over(found: list[bytes], to: str) -> None:
    with lmtp_door() as port, smtplib.LMTP("127.0.0.1", port) as server:
        for raw in found:
            server.sendmail("w@example.org", [to], raw)


def see_to_all() -> None:
    while handling.handle_due():
        pass


def see_to_all_with_faults() -> int:
    """Let a worker see to what waits, and kill it again and again; give how often."""
    kills = 0
    while IncomingMessage.objects.filter(state="waiting").exists():
        IncomingMessage.objects.filter(state="waiting").update(due_at=timezone.now())
        connections.close_all()
        child = os.fork()
        if not child:
            see_to_all()
            os._exit(0)
        time.sleep(random.uniform(0.2, 1.0))
        ended, _status = os.waitpid(child, os.WNOHANG)
        if not ended:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            kills += 1
    return kills


def posted_once(topic: Topic, count: int) -> None:
    """Fail unless each mail is one reply."""
    bodies = list(Reply.objects.filter(topic=topic, via="mail").values_list("message_id", flat=True))
    print(
        f"{'':<44}{len(bodies):>7} posted, {len(bodies) - len(set(bodies))} twice, {count - len(set(bodies))} missing"
    )
    assert len(bodies) == len(set(bodies)) == count


def main(count: int) -> None:
    """Run all passes."""
    settings.INCOMING_ADDRESS = "@in.example.org"
    handling.MAILS_AN_HOUR = asking_back.ANSWERS_A_DAY = 10**9
    quiet: Callable[[], None] = lambda: None  # noqa: E731
    taking_in.ring = quiet
    topic, to = make_topic()
    first, second, third = mails("a", count, to), mails("b", count, to), mails("c", count, to)
    with timed("stored by the pipe's function", count):
        store(first)
    with timed("seen to", count):
        see_to_all()
    with timed("handed over by LMTP, one connection", count):
        hand_over(second, to)
    with timed("seen to", count):
        see_to_all()
    posted_once(topic, 2 * count)
    store(third)
    with timed("seen to, with the worker killed meanwhile", count):
        kills = see_to_all_with_faults()
    print(f"{'':<44}{kills:>7} kills")
    posted_once(topic, 3 * count)


if __name__ == "__main__":
    runner = get_runner(settings)(verbosity=0, interactive=False)
    old = runner.setup_databases()
    print(f"On {connection.vendor}")
    try:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
    finally:
        runner.teardown_databases(old)
