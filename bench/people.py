"""How much slower pages about people and communities are on a site of 50,000 people than on the small demo.

    DATABASE_URL=postgres://… python -m bench.people [--requests 60]

In one process and one run: 95th percentile of each page with the demo, then with `manage.py demo --scale` on top (200
communities, 50,000 people, 150,000 memberships), and their ratio (bar: 2). A community's pages are those of the
largest community there is.
"""

import argparse
import os
import sys
import tempfile
import time
from io import StringIO
from statistics import quantiles

BAR = 2.0


def main() -> int:
    """Print the table; give 1 where a page misses the bar."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--requests", type=int, default=60)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cop-bench-") as folder:
        os.environ["VAR_DIR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
        return compare(options.requests)


def compare(requests: int) -> int:
    """Measure both sites, one after the other."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    for arguments in (["migrate"], ["demo"]):
        call_command(*arguments, verbosity=0, stdout=StringIO())
    small = measure(requests)
    call_command("demo", scale=True, stdout=StringIO())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    large = measure(requests)
    print(f"{connection.vendor}: p95 in ms of {requests} requests")
    missed = False
    for name, before in small.items():
        ratio = large[name] / before
        missed |= ratio > BAR
        print(f"  {name:<38} {before:7.1f} {large[name]:7.1f}   {ratio:5.2f} ×{'  MISSED' if ratio > BAR else ''}")
    return int(missed)


def measure(requests: int) -> dict[str, float]:
    """Give the 95th percentile of each page in milliseconds, as a member of the largest community sees it."""
    from django.db.models import Count
    from django.test import Client

    from members import joining
    from members.models import Community, User

    reader = User.objects.get(email="ingrid@example.org")
    largest = Community.objects.annotate(size=Count("memberships")).order_by("-size", "pk")[0]
    joining.admit(largest, reader)
    client, visitor = Client(SERVER_NAME="localhost"), Client(SERVER_NAME="localhost")
    client.force_login(reader)
    home = largest.get_absolute_url()
    pages = {
        "community home, visitor": (visitor, home),
        "community home, signed in": (client, home),
        "site home": (client, "/"),
        "site home, looking for a word": (client, "/?q=people"),
        "directory": (client, "/people/"),
        "directory, looking for a name": (client, "/people/?q=ingrid"),
        "people of a community": (client, f"{home}people/"),
        "people of a community, by a name": (client, f"{home}people/?q=ingrid"),
    }
    return {name: _p95(browser, path, requests) for name, (browser, path) in pages.items()}


def _p95(browser: object, path: str, requests: int) -> float:
    times = []
    for number in range(requests + 5):
        begun = time.perf_counter()
        answer = browser.get(path)  # type: ignore[attr-defined]
        assert answer.status_code == 200, (path, answer.status_code)
        if number >= 5:
            times.append(time.perf_counter() - begun)
    return quantiles(times, n=20)[-1] * 1000


if __name__ == "__main__":
    sys.exit(main())
