"""What telling costs: a reply in a large community of mixed paces, and the daily round-ups of all its readers.

    DATABASE_URL=postgres://… REDIS_URL=redis://… python -m bench.telling [--readers 50000]

In one process and one run, for a tenth of the readers and for all: queries and seconds for telling of a new topic and
of a reply; round-ups made and sent a second, as a ratio to the floor (Django's `EmailMultiAlternatives` built for each
recipient, on one kept connection to the same sink); and by how much the process grew. Bars: as many queries for many
readers as for few; 1.0 × the floor; 50 MB.
"""

import argparse
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

TOPICS = 12
READ = 0.25
BAR = 1.0
GROWTH = 50.0
FLOOR_MAILS = 500


def main() -> int:
    """Print the table; give 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--readers", type=int, default=50_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cop-bench-") as folder:
        from bench.mail_site import Sink, free_port

        port = free_port()
        os.environ |= {"VAR_DIR": folder, "EMAIL_URL": f"smtp://127.0.0.1:{port}", "LOG_LEVEL": "ERROR"}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
        sink = Sink(port, {})
        try:
            return _measure(options.readers)
        finally:
            sink.stop()


def _measure(readers: int) -> int:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    import_module("cop.celery")  # Without it Celery looks for a broker of its own.
    call_command("migrate", verbosity=0)
    small, large = (run(count) for count in (max(readers // 10, 10), readers))
    print(f"{connection.vendor}: {readers // 10} readers, then {readers}")
    for name in ("queries for a topic", "queries for a reply", "seconds for a topic", "seconds for a reply"):
        print(f"  {name:<28} {small[name]:10.2f} {large[name]:10.2f}")
    for name in ("round-ups", "letters that differ", "made a second", "made and sent a second", "floor a second"):
        print(f"  {name:<28} {small[name]:10.0f} {large[name]:10.0f}")
    ratio = large["made and sent a second"] / large["floor a second"]
    print(f"  ratio to the floor: {ratio:.2f} ×; grew by {large['grew']:.0f} MB")
    same = all(small[f"queries for a {what}"] == large[f"queries for a {what}"] for what in ("topic", "reply"))
    return int(not same or ratio < BAR or large["grew"] > GROWTH)


def run(count: int) -> dict[str, float]:
    """Measure with so many readers."""
    from cop.mail import sending
    from cop.mail.models import Mailing
    from cop.notifications import community_digests, notifying
    from discussions import telling
    from discussions.writing import Writer, reply, start_topic

    forum, author = _people(count)
    found: dict[str, float] = {}
    topics = [
        start_topic(title=f"Topic {number}", body="Words. " * 40, by=Writer(user=author), forum=forum, is_vetted=True)
        for number in range(TOPICS)
    ]
    found["seconds for a topic"], found["queries for a topic"] = _cost(notifying.notify_due, TOPICS)
    _follow(forum, topics[0])
    reply(topics[0], body="An answer.", by=Writer(user=author), is_vetted=True)
    later = _moment(minutes=6)
    found["seconds for a reply"], found["queries for a reply"] = _cost(lambda: telling.tell_due(later), TOPICS + 1)
    _read_some()
    sending.drain(seconds=600)
    before, began, mailings = _memory(), time.perf_counter(), Mailing.objects.count()
    made = community_digests.send_due(_moment(hours=25))
    built = time.perf_counter() - began
    found["letters that differ"] = Mailing.objects.count() - mailings
    sending.drain(seconds=600)
    found |= {"round-ups": made, "made a second": made / built, "grew": _memory() - before}
    found["made and sent a second"] = made / (time.perf_counter() - began)
    found["floor a second"] = _floor()
    return found


def _moment(**later: int) -> Any:
    from datetime import timedelta

    from django.utils import timezone

    return timezone.now() + timedelta(**later)


def _people(count: int) -> Any:
    """Make a community with so many members: a third with daily round-ups, others with its beats."""
    from cop.notifications import community_following
    from cop.notifications.models import Subscription
    from discussions.models import Forum
    from members.models import Community, Membership, User

    community = Community.objects.create(name=f"Of {count}", slug=f"of-{count}", purpose="To measure.")
    forum = Forum.objects.create(community=community, name="Talk", slug="talk", audience="community")
    for start in range(0, count, 5000):
        numbers = range(start, min(start + 5000, count))
        users = User.objects.bulk_create(
            User(email=f"u{number}@of{count}.example.net", display_name=f"User {number}") for number in numbers
        )
        Membership.objects.bulk_create(Membership(user=user, community=community) for user in users)
    community_following.follow_as_members(community)
    rows = Subscription.objects.to("community", community.pk)
    rows.update(pace="daily", digest_due_at=_moment(hours=24))
    return forum, User.objects.get(email=f"u0@of{count}.example.net")


def _follow(forum: Any, topic: Any) -> None:
    """Let a fifth follow a topic, half of them at once and half daily."""
    from cop.notifications.models import Subscriber, Subscription

    readers = Subscriber.objects.filter(subscriptions__community=forum.community).order_by("pk")
    now = _moment()
    Subscription.objects.bulk_create(
        Subscription(
            subscriber=reader,
            thing_kind="topic",
            thing_id=topic.pk,
            community=forum.community,
            state="confirmed",
            pace="each" if reader.pk % 2 else "daily",
            confirmed_at=now,
            expires_at=now,
        )
        for reader in readers.iterator()
        if reader.pk % 10 < 2
    )


def _read_some() -> None:
    """Let everybody have read a few things, each another few."""
    from cop.notifications.notice_models import Notification

    dice = random.Random(7)
    unread = Notification.objects.filter(read_at=None).values_list("pk", flat=True)
    read = [pk for pk in unread.iterator() if dice.random() < READ]
    for start in range(0, len(read), 5000):
        Notification.objects.filter(pk__in=read[start : start + 5000]).update(read_at=_moment())


def _cost(work: Callable[[], object], times: int) -> tuple[float, float]:
    """Give seconds and queries for one of so many."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    began = time.perf_counter()
    with CaptureQueriesContext(connection) as queries:
        work()
    return (time.perf_counter() - began) / times, len(queries) / times


def _memory() -> float:
    """Give the most that this process ever took, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _floor() -> float:
    """Give how many mails of the same size Django builds and sends a second, one after the other."""
    from email import message_from_bytes
    from email.policy import default

    from django.core.mail import EmailMultiAlternatives, get_connection

    from cop.mail.composing import KEY
    from cop.mail.models import Mailing

    mailing = Mailing.objects.filter(name="community_digest").latest("pk")
    message = message_from_bytes(bytes(mailing.source), policy=default)
    text, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
    connection = get_connection("django.core.mail.backends.smtp.EmailBackend", port=int(os.environ["EMAIL_URL"][-5:]))
    connection.open()
    began = time.perf_counter()
    for number in range(FLOOR_MAILS):
        mail = EmailMultiAlternatives(
            mailing.subject, text.replace(KEY, str(number)), to=[f"f{number}@example.net"], connection=connection
        )
        mail.attach_alternative(html.replace(KEY, str(number)), "text/html")
        mail.send()
    return FLOOR_MAILS / (time.perf_counter() - began)


if __name__ == "__main__":
    sys.exit(main())
