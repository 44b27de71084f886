"""What a flood of sign-ups and of first posts that are held does to others' pages, as their 95th percentile.

    DATABASE_URL=postgres://… REDIS_URL=redis://… python -m bench.flood [--count 1000] [--pace 4] [--volley 1]

The site runs as in production: granian, two workers of eight threads. Two readers ask for a topic and a forum, ten
times a second together, before the flood, while it comes, and after it. The flood: `count` sign-ups, each from an
address of its own, and as many first posts by `WRITERS` new accounts, `pace` of each a second on average, at random
times. With `--volley 8` eight of them come at the same instant, then none for a while: as a script would send them.
"""

import argparse
import http.client
import itertools
import os
import queue
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from statistics import quantiles
from urllib.parse import urlencode

from bench.pages import DATABASE, ROOT, create_database, serve

BAR = 1.5
WRITERS = 50
READERS, READS_A_SECOND = 2, 10
FLOODERS = 16
Job = tuple[float, str, str, dict[str, str], dict[str, str]]  # when it is sent, what, where to, form, headers
TOKEN = "flood123" * 4
FORM = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": TOKEN}


def main() -> int:
    """Print what was measured; give 1 where the bar is missed, or anything was not held."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--pace", type=float, default=4.0)
    parser.add_argument("--volley", type=int, default=1, help="how many come at the same instant")
    parser.add_argument("--seconds", type=float, default=40.0, help="how long is read without a flood")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cop-bench-") as folder:
        # Of a thousand addresses none signs up twice: the proxy's header says which it is.
        environment = {**os.environ, "DATABASE_URL": DATABASE, "VAR_DIR": folder, "TRUSTED_PROXY_COUNT": "1"}
        environment |= {"FORM_TRAP_SECONDS": "0"}
        pages, form, sessions = prepare(environment)
        with serve(site_command, environment) as site:
            host = site.removeprefix("http://")
            read(host, pages, 5.0)
            before = read(host, pages, options.seconds)
            answers: Counter[str] = Counter()
            size = (options.count, options.pace, options.volley)
            flood = threading.Thread(target=pour, args=(host, form, sessions, *size, answers))
            flood.start()
            during = read(host, pages, None, until=flood)
            after = read(host, pages, options.seconds)
        made = asked(environment, COUNTED).split()
    quiet = max(p95(before), p95(after))
    print(f"\n{'':8}| reads | p95, ms\n--------|------:|-------:")
    for name, found in (("before", before), ("flood", during), ("after", after)):
        print(f"{name:8}| {len(found)} | {p95(found):.1f}")
    print(f"× {p95(during) / quiet:.2f} of the slower of the two quiet times (bar: {BAR})")
    print(f"answers {dict(answers)}; accounts made {made[0]}, held {made[1]}, published {made[2]}")
    return int(p95(during) > BAR * quiet or made[2] != "0")


def site_command(port: int) -> list[str]:
    flags = ["--interface", "wsgi", "--workers", "2", "--blocking-threads", "8", "--no-ws", "--log-level", "error"]
    flags += ["--workers-kill-timeout", "2"]
    return ["-m", "granian", "cop.wsgi:application", *flags, "--host", "127.0.0.1", "--port", str(port)]


def p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20)[-1] * 1000


FILLED = f"""
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from cop.guarding.models import Protection
from discussions.models import Forum, Topic
from discussions.writing import Writer, reply, start_topic
from members.models import Community, Membership, User
from members.recognising import SessionStore
User.objects.filter(email="flood-facilitator@example.org").delete()
Community.objects.filter(slug="flooded").delete()
User.objects.filter(email__contains="@flood.example").delete()
one = User.objects.create_user("flood-facilitator@example.org", "x", display_name="Fatima")
community = Community.objects.create(name="Flooded", slug="flooded", purpose="To stay afloat.")
Membership.objects.create(user=one, community=community, role="facilitator")
Protection.objects.create(community=community, way="held")
forum = Forum.objects.create(community=community, name="Desk", slug="desk", audience="public")
for number in range(30):
    title, by = f"Topic {{number}}", Writer(user=one)
    topic = start_topic(title=title, body="Words. " * 40, by=by, forum=forum, is_vetted=True)
for number in range(15):
    reply(topic, body="An answer. " * 30, by=Writer(user=one), is_vetted=True)
from django.urls import reverse
print(topic.get_absolute_url(), forum.get_absolute_url())
print(reverse("discussions:topic-add", args=[community.slug, forum.slug]))
for number in range({WRITERS}):
    user = User.objects.create_user(f"writer{{number}}@flood.example", display_name=f"Writer {{number}}")
    Membership.objects.create(user=user, community=community)
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "members.recognising.AccountBackend"
    session.create()
    print(session.session_key)
"""
COUNTED = """
from discussions.held_models import HeldText
from discussions.models import Topic
from members.models import User
held = HeldText.objects.filter(community__slug="flooded")
print(User.objects.filter(email__startswith="flood-", email__endswith="@flood.example").count(), held.count())
print(Topic.objects.filter(community__slug="flooded").count() - 30)
"""


def prepare(environment: dict[str, str]) -> tuple[list[str], str, list[str]]:
    """Make the database and what is read; give the pages, the form's address and the writers' session cookies."""
    create_database()
    quiet = {"env": environment, "cwd": ROOT, "check": True, "stdout": subprocess.DEVNULL}
    for arguments in (["migrate"], ["collectstatic", "--noinput"]):
        subprocess.run([sys.executable, "manage.py", *arguments], **quiet)
    pages, form, *sessions = asked(environment, FILLED).strip().splitlines()
    return pages.split(), form, sessions


def asked(environment: dict[str, str], code: str) -> str:
    """Run some lines in the site's shell; give what they print."""
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
    return subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def read(host: str, pages: list[str], seconds: float | None, until: threading.Thread | None = None) -> list[float]:
    """Let readers ask for pages at their pace, for so long or until the flood is over; give how long each took."""
    took: list[float] = []
    end = time.perf_counter() + (seconds or 3600)

    def is_over() -> bool:
        return time.perf_counter() > end or (until is not None and not until.is_alive())

    def reader(number: int) -> None:
        connection = http.client.HTTPConnection(host, timeout=60)
        for page in itertools.cycle(pages[number % len(pages) :] + pages[: number % len(pages)]):
            if is_over():
                return
            began = time.perf_counter()
            connection.request("GET", page)
            answer = connection.getresponse()
            answer.read()
            took.append(time.perf_counter() - began)
            if answer.status != 200:
                sys.exit(f"{page} answered {answer.status}")
            time.sleep(max(READERS / READS_A_SECOND - took[-1], 0))

    together([lambda number=number: reader(number) for number in range(READERS)])
    return took


def pour(
    host: str, form: str, sessions: list[str], count: int, pace: float, volley: int, answers: Counter[str]
) -> None:
    """Sign up and post `count` times each, `pace` times a second on average, and count the answers.

    They come as from strangers who know nothing of each other (a Poisson process), or `volley` at the same instant.
    """

    def sign_ups(number: int) -> tuple[str, dict[str, str], dict[str, str]]:
        email = f"flood-{number}@flood.example"
        data = {"display_name": f"Flood {number}", "email": email, "password1": "a-good-long-1"}
        address = f"10.{number // 65536}.{number // 256 % 256}.{number % 256}"
        return "/accounts/signup/", data, {"Cookie": f"csrftoken={TOKEN}", "X-Forwarded-For": address}

    def posts(number: int) -> tuple[str, dict[str, str], dict[str, str]]:
        data = {
            "kind": "discussion",
            "title": f"Offer {number}",
            "body": f"Offer {number}: " + "come and buy it. " * 20,
        }
        cookie = f"csrftoken={TOKEN}; sessionid={sessions[number % len(sessions)]}"
        return form, data, {"Cookie": cookie, "X-Forwarded-For": "10.99.0.1"}

    chance = random.Random(7)
    when = time.perf_counter()
    due: queue.SimpleQueue[Job] = queue.SimpleQueue()
    for number in range(count):
        for place, (name, make) in enumerate((("sign-up", sign_ups), ("post", posts))):
            if (2 * number + place) % volley == 0:
                when += chance.expovariate(2 * pace / volley)
            due.put((when, name, *make(number)))
    together([partial(_send, host, due, answers)] * FLOODERS)


def _send(host: str, due: queue.SimpleQueue[Job], answers: Counter[str]) -> None:
    with suppress(queue.Empty):
        while True:
            when, name, path, data, headers = due.get_nowait()
            time.sleep(max(when - time.perf_counter(), 0))
            # A connection of its own, as from a computer of its own.
            connection = http.client.HTTPConnection(host, timeout=120)
            connection.request("POST", path, body=urlencode(data), headers={**FORM, **headers})
            answer = connection.getresponse()
            answer.read()
            connection.close()
            answers[f"{name} {answer.status}"] += 1


def together(jobs: list[Callable[[], object]]) -> None:
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    sys.exit(main())
