"""Whether size costs a reader or a writer anything: ratios of times taken in one run, one process, taking turns.

    DATABASE_URL=postgres://… python -m bench.talk_sizes [--small 1000] [--large 100000] [--rounds 40] [--beside URL]

A topic of 10,000 messages against one of 100; the same pages before and after a large community is in the tables;
posting to 5,000 followers against 5. Without DATABASE_URL a SQLite file in a folder of its own is measured.

Writing the large community takes long. `--beside` names a database that has both already (`python -m bench.corpus` for
each): then the pages of the two databases take turns, and nothing large is written.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BARS = {"long": 1.3, "large": 1.5, "followed": 1.2}
FOLLOWERS = (5, 5000)
# The machine may be busier later in the run: a page that knows of no topic tells by how much.
CONTROL = "sign in"


def main() -> int:
    """Print the ratios; give 1 where one is above its bar."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--small", type=int, default=1000)
    parser.add_argument("--large", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--beside", default="", help="a database in which both communities are")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cop-bench-") as folder:
        os.environ.setdefault("VAR_DIR", folder)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cop.settings")
        for arguments in (["migrate"], ["collectstatic", "--noinput"]):
            subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        import django

        django.setup()
        return measure(options.small, options.large, options.rounds, options.beside)


def measure(small: int, large: int, rounds: int, beside: str) -> int:
    """Take the times; print the ratios; give 1 where one is above its bar."""
    from django.conf import settings
    from django.core.cache import caches
    from django.test import Client

    from bench import corpus
    from members.models import Membership
    from members.roles import Role

    settings.ALLOWED_HOSTS = ["testserver"]
    local = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    caches.settings = {name: {**local, "LOCATION": name} for name in settings.CACHES}
    community = corpus.write(small)
    belonging = Membership.objects.active().filter(community=community).order_by("pk")
    member, facilitator = (belonging.filter(role=role)[0].user for role in (Role.MEMBER, Role.FACILITATOR))
    visitor, reader, writer = Client(), Client(), Client()
    reader.force_login(member, backend="members.recognising.AccountBackend")
    # Nobody who is new writes so much in an hour.
    writer.force_login(facilitator, backend="members.recognising.AccountBackend")
    pages = pages_of(community)

    def visits(reader: Client = reader) -> dict[str, Callable[[], Any]]:
        found: dict[str, Callable[[], Any]] = {CONTROL: partial(get, visitor, "/accounts/login/")}
        for name, path in pages.items():
            found[f"{name}, signed in"] = partial(get, reader, path)
            found[f"{name}, visitor"] = partial(get, visitor, path)
        return found

    before = times(visits(), rounds)
    rows = [
        ("long", name.replace("10,000", "10,000 against 100"), before[name] / before[name.replace("10,000", "100")])
        for name in before
        if "10,000" in name
    ]
    posting = times(postings(community, writer), rounds)
    rows.append(("followed", "posting, 5,000 followers against 5", posting["5000"] / posting["5"]))
    if beside:
        before, after = turn_about(visits, member, beside, rounds)
    else:
        corpus.write(large)
        after = times(visits(), rounds)
    busier = after.pop(CONTROL) / before.pop(CONTROL)
    if beside:  # The pages took turns, so that they met the same machine.
        print(f"The page that knows of no topic: {busier:.2f}")
        busier = 1.0
    against = f"{large:,} topics against {small:,}"
    rows += [("large", f"{name}, {against}", after[name] / before[name] / busier) for name in before]
    print("\n| what | ratio | bar |\n|---|--:|--:|")
    for kind, name, ratio in rows:
        print(f"| {name} | {ratio:.2f} | {BARS[kind]} |")
    return int(any(ratio > BARS[kind] for kind, _name, ratio in rows))


def turn_about(
    visits: Callable[..., dict[str, Callable[[], Any]]], member: Any, beside: str, rounds: int
) -> tuple[dict[str, float], dict[str, float]]:
    """Give the times of the visits here and in another database, whose pages take turns with those here."""
    import dj_database_url
    from django.core.cache import caches
    from django.db import connections
    from django.test import Client

    here = connections["default"]
    there = connections.create_connection("default")
    there.settings_dict = {**there.settings_dict, **dj_database_url.parse(beside)}
    there.settings_dict["ENGINE"] = here.settings_dict["ENGINE"]

    def in_(connection: Any, visit: Callable[[], Any]) -> None:
        connections["default"] = connection
        visit()

    own = visits()
    connections["default"] = there
    for cache in caches.all():
        cache.clear()
    both = {(name, False): partial(in_, here, visit) for name, visit in own.items()}
    reader = Client()
    reader.force_login(member, backend="members.recognising.AccountBackend")
    both |= {(name, True): partial(in_, there, visit) for name, visit in visits(reader).items()}
    taken = times(both, rounds)
    connections["default"] = here
    return ({name: taken[name, False] for name in own}, {name: taken[name, True] for name in own})


def pages_of(community: Any) -> dict[str, str]:
    """Give the paths that are visited, by name."""
    from discussions.models import Topic

    base = community.get_absolute_url()
    found = {"list of topics": f"{base}discussions/", "unanswered": f"{base}discussions/?only=unanswered"}
    for size, number in ((100, 1), (10_000, 3)):
        topic = Topic.objects.get(community=community, slug=f"topic-{number}")
        middle = topic.replies.order_by("path")[size // 2]
        for name, at in (("first page", ""), ("end", "?at=end"), ("at a link", f"?at=from-{middle.pk}")):
            found[f"topic of {size:,}, {name}"] = topic.get_absolute_url() + at
    return found


def postings(community: Any, writer: Any) -> dict[str, Callable[[], Any]]:
    """Give what posts a reply to a topic that so many follow."""
    from discussions.models import Topic

    found, base = {}, community.get_absolute_url()
    for number, count in enumerate(FOLLOWERS):
        topic = Topic.objects.get(community=community, slug=f"topic-{10 + number}")
        follow(topic, count)
        found[str(count)] = partial(post, writer, f"{base}t/{topic.pk}/reply/")
    return found


def follow(topic: Any, count: int) -> None:
    """Let so many readers get each reply."""
    from django.db import connection
    from django.utils import timezone

    from cop.notifications.models import Subscriber, Subscription

    now = timezone.now()
    readers = Subscriber.objects.bulk_create(
        (Subscriber(address=f"{topic.pk}-{number}@example.net") for number in range(count)), batch_size=500
    )
    Subscription.objects.bulk_create(
        (
            Subscription(
                subscriber=one, community_id=topic.community_id, thing_kind="topic", thing_id=topic.pk,
                state="confirmed", confirmed_at=now, expires_at=now,
            )
            for one in readers
        ),
        batch_size=500,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def get(client: Any, path: str) -> None:
    assert client.get(path).status_code == 200, path


def post(client: Any, path: str) -> None:
    from django.core.cache import caches

    caches["default"].clear()  # The limit of replies an hour.
    assert client.post(path, {"body": "A **reply**.\n\n- one\n- two"}).status_code == 302, path


def times(visits: dict[str, Callable[[], Any]], rounds: int) -> dict[str, float]:
    """Give the median seconds of each, after a first one that warms what is kept; they take turns."""
    taken: dict[str, list[float]] = {name: [] for name in visits}
    for number in range(rounds + 1):
        for name, visit in visits.items():
            start = time.perf_counter()
            visit()
            if number:
                taken[name].append(time.perf_counter() - start)
    return {name: median(values) for name, values in taken.items()}


if __name__ == "__main__":
    sys.exit(main())
