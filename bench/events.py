"""What events and beats cost where there are many: queries, milliseconds, and what is not done at all.

    DATABASE_URL=postgres://… python -m bench.events [--events 5000] [--members 50000] [--only months]

In one process, on an empty database of its own (without DATABASE_URL a SQLite file): the month of a community with 10
weekly series and with 1,000; its public feed asked for by a program that has the newest already; one beat to everybody.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO
from statistics import median
from typing import Any
from unittest import mock

CHUNK = 5000
SERIES = 1000


def main() -> int:
    """Print the table; give 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--events", type=int, default=5000)
    parser.add_argument("--members", type=int, default=50_000)
    parser.add_argument("--only", choices=["months", "feeds", "beats"])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cop-bench-") as folder:
        os.environ["VAR_DIR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection
        from django.test.utils import setup_test_environment

        setup_test_environment()
        name = connection.creation.create_test_db(verbosity=0)
        try:
            call_command("collectstatic", interactive=False, verbosity=0, stdout=StringIO())
            print(f"{connection.vendor}")
            make_community()
            parts = {
                "months": months,
                "feeds": lambda: feeds(options.events),
                "beats": lambda: beats(options.members),
            }
            return max(missed for name, part in parts.items() if options.only in (None, name) for missed in part())
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)


def make_community() -> None:
    """Open the community that everything is measured in."""
    from tests.factories import CommunityFactory

    CommunityFactory(slug="bench", tools=["blogs", "events"])


def analyze() -> None:
    """Let the database know how much there is, as it does by itself after a while."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def row(name: str, figure: str, *, is_met: bool) -> int:
    """Print a line; give 1 where its bar is missed."""
    print(f"  {name:<66} {figure}{'' if is_met else '   MISSED'}", flush=True)
    return int(not is_met)


@contextmanager
def queries() -> Iterator[Any]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as found:
        yield found


def timed(call: Callable[[], Any], times: int = 7) -> float:
    """Give the median in milliseconds."""
    took = []
    for _number in range(times):
        begun = time.perf_counter()
        call()
        took.append((time.perf_counter() - begun) * 1000)
    return median(took)


def months() -> Iterator[int]:
    """The month of a community with few and with many recurring events."""
    from django.test import Client

    from events.models import Occurrence
    from members.models import Community
    from tests.factories import EventFactory

    community = Community.objects.get(slug="bench")
    today, client = datetime.now(UTC), Client()
    path = f"/c/bench/events/month/{today.year}/{today.month}/"
    figures = []
    for count in (10, SERIES):
        for number in range(community.events.count(), count):
            day = (today + timedelta(days=number % 7)).date()
            EventFactory(community=community, rule="FREQ=WEEKLY", first_day=day, made_until=None)
        analyze()
        client.get(path)
        with queries() as found:
            size = len(client.get(path).content)
        figures.append((len(found), timed(lambda: client.get(path)), size))
    (few, few_ms, few_size), (many, many_ms, many_size) = figures
    yield row(f"month of 10 and of {SERIES} series: queries", f"{few}, {many}", is_met=many <= few)
    yield row("  milliseconds", f"{few_ms:.0f}, {many_ms:.0f}", is_met=True)
    yield row("  bytes of the page", f"{few_size:,}, {many_size:,}", is_met=many_size < 200_000)
    most = max(Occurrence.objects.filter(event=event).count() for event in community.events.all()[:20])
    total = Occurrence.objects.count()
    yield row("  occurrences kept of a series without an end, and of all", f"{most}, {total:,}", is_met=most <= 1000)


def feeds(count: int) -> Iterator[int]:
    """The public calendar for programs."""
    from django.test import Client

    from events import feed_views
    from events.marking import mark_changed
    from events.models import Event, EventState, Occurrence
    from members.models import Community
    from tests.factories import EventFactory

    community = Community.objects.get(slug="bench")
    event = community.events.first() or EventFactory(community=community)
    mark_changed(event)
    event.refresh_from_db()
    missing = count - community.events.count()
    made = Event.objects.bulk_create(
        [
            Event(
                community=community, title=f"Meeting {number}", timezone="Europe/Berlin", first_day=event.first_day,
                first_time=event.first_time, last_day=event.last_day, last_time=event.last_time, audience="public",
                state=EventState.PUBLISHED, published_at=event.published_at, ical=event.ical,
            )
            for number in range(missing)
        ],
        batch_size=500,
    )  # fmt: skip
    times = {"starts_at": datetime.now(UTC), "ends_at": datetime.now(UTC) + timedelta(hours=1)}
    Occurrence.objects.bulk_create(
        [Occurrence(event=one, community=community, slot="20260101T100000", **times) for one in made], batch_size=500
    )
    client, path = Client(), "/c/bench/events.ics"
    answer = client.get(path)
    etag = {"if-none-match": answer["ETag"]}
    whole = timed(lambda: client.get(path), times=3)
    with queries() as found, mock.patch.object(feed_views, "calendar_text") as build:
        status = client.get(path, headers=etag).status_code
    asked = len(found)
    is_met = status == 304 and not build.called and 0 < asked <= 2
    yield row(f"feed of {community.events.count():,} events, unchanged", f"{status}, {asked} queries", is_met=is_met)
    unchanged = timed(lambda: client.get(path, headers=etag))
    yield row("  milliseconds: unchanged, built", f"{unchanged:.1f}, {whole:.0f}", is_met=unchanged < whole / 10)


def beats(count: int) -> Iterator[int]:
    """One beat of a community with very many members."""
    from cop.mail.models import Delivery, Mailing
    from cop.notifications import rhythm
    from cop.notifications.community_following import follow_as_members
    from cop.notifications.rhythm_models import BeatSlot, Rhythm
    from members.models import Community, Membership, User

    community = Community.objects.get(slug="bench")
    monday = datetime(2030, 1, 7, 9, tzinfo=UTC)
    for start in range(0, count, CHUNK):
        users = User.objects.bulk_create(
            User(email=f"bench{number}@example.org", display_name=f"Reader {number}", timezone="UTC")
            for number in range(start, min(count, start + CHUNK))
        )
        Membership.objects.bulk_create(
            Membership(community=community, user=user, state="active", joined_at=monday - timedelta(days=90))
            for user in users
        )
    begun = time.perf_counter()
    follow_as_members(community)
    first = time.perf_counter() - begun
    analyze()
    own = Rhythm.objects.create(community=community, timezone="UTC", next_at=monday)
    BeatSlot.objects.create(rhythm=own, weekday=0, hour=9, name="Monday round", next_line="Hello", sections=["people"])
    begun = time.perf_counter()
    with queries() as found:
        mailed = rhythm.due(monday)
    took = time.perf_counter() - begun
    fills = [one["sql"] for one in found if one["sql"].startswith("INSERT") and "SELECT" in one["sql"]]
    mailings = Mailing.objects.count()
    yield row(f"beat to {mailed:,} members: mails rendered", f"{mailings}", is_met=mailings <= 2 and mailed == count)
    yield row("  statements in all; of them INSERT … SELECT", f"{len(found)}; {len(fills)}", is_met=bool(fills))
    yield row("  seconds until all are enqueued", f"{took:.1f}", is_met=Delivery.objects.count() == count)
    yield row("  seconds that the very first beat takes to subscribe them", f"{first:.1f}", is_met=True)


if __name__ == "__main__":
    sys.exit(main())
