"""How fast discussions are, as ratios to the floor of bench.pages, and whether size costs anything.

    DATABASE_URL=postgres://… python -m bench.discussions [--topics 10000] [--rounds 3] [--seconds 3]

The corpus is bench.corpus's: topics with ten messages, and four with 20, 100, 1,000 and 10,000. A signed-in reader is a
member who has read nothing. Without DATABASE_URL a SQLite file in a folder of its own is measured.
"""

import argparse
import http.client
import os
import re
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from statistics import median
from urllib.parse import urlencode, urlsplit

from bench.pages import ROOT, Page, certain, floor_command, load, serve, site_command

BARS = {
    "forum index": (0.50, 0.40),
    "topic list, first page": (0.35, 0.30),
    "topic list, page 100": (0.35, 0.30),
    "topic, 20 messages": (0.35, 0.30),
    "topic, 1,000 messages, first page": (0.35, 0.30),
    "topic, 1,000 messages, last page": (0.35, 0.30),
    "topic, 1,000 messages, at a link": (0.35, 0.30),
    "topic, 10,000 messages, first page": (0.35, 0.30),
    "topic, 10,000 messages, last page": (0.35, 0.30),
    "topic, 10,000 messages, at a link": (0.35, 0.30),
    "search, a word in half of the messages": (0.45, 0.40),
}
READERS = ("visitor", "signed in")
FLOOR_DATABASE = os.environ.get("FLOOR_DATABASE_URL", "postgres://postgres@127.0.0.1/cop_bench")


def main() -> int:
    """Print the tables; give 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--topics", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cop-bench-") as folder, ExitStack() as servers:
        environment = {"VAR_DIR": folder, **os.environ, "FLOOR_DATABASE_URL": FLOOR_DATABASE}
        cookie, paths, reply_path = prepare(environment, options.topics)
        floor = servers.enter_context(serve(floor_command, {**environment, "FLOOR_FILL": ""}))
        site = servers.enter_context(serve(site_command, environment))
        pages = [Page(name, reader, path) for name, path in paths.items() for reader in READERS]
        ratios: dict[Page, list[float]] = {page: [] for page in pages}
        writing: list[float] = []
        for _ in range(options.rounds):
            base = certain(load(f"{floor}/", seconds=options.seconds), "the floor").rate
            for page in pages:
                headers = {"Cookie": f"sessionid={cookie}"} if page.reader == "signed in" else {}
                result = certain(load(site + page.path, seconds=options.seconds, headers=headers), page.path)
                ratios[page].append(result.rate / base)
            alone = certain(load(f"{floor}/", seconds=options.seconds, connections=1), "the floor").rate
            writing.append(post_replies(site, reply_path, cookie, options.seconds) / alone)
    return report(pages, ratios, writing)


def prepare(environment: dict[str, str], topics: int) -> tuple[str, dict[str, str], str]:
    """Write the corpus; give a member's session cookie, the pages' paths, and where a reply is posted."""
    quiet = {"env": environment, "cwd": ROOT, "check": True, "stdout": subprocess.DEVNULL}
    for arguments in (["manage.py", "migrate"], ["manage.py", "collectstatic", "--noinput"]):
        subprocess.run([sys.executable, *arguments], **quiet)
    subprocess.run([sys.executable, "-m", "bench.corpus", "--topics", str(topics)], **quiet)
    subprocess.run([sys.executable, "manage.py", "reindex"], **quiet)
    subprocess.run([sys.executable, "-m", "bench.floor"], **{**quiet, "env": {**environment, "FLOOR_FILL": "1"}})
    asked = [sys.executable, "-m", "bench.talk_targets", str(topics)]
    found = subprocess.run(asked, env=environment, cwd=ROOT, check=True, capture_output=True, text=True)
    cookie, reply_path, *lines = found.stdout.strip().splitlines()
    return cookie, dict(line.split("\t") for line in lines), reply_path


def post_replies(site: str, path: str, cookie: str, seconds: float) -> float:
    """Post replies by the form on one connection; give how many a second."""
    place = urlsplit(site)
    connection = http.client.HTTPConnection(place.hostname, place.port, timeout=30)
    connection.request("GET", path, headers={"Cookie": f"sessionid={cookie}"})
    answer = connection.getresponse()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', answer.read().decode())[1]
    csrf = re.search(r"csrftoken=([^;]+)", answer.headers["Set-Cookie"])[1]
    headers = {
        "Cookie": f"sessionid={cookie}; csrftoken={csrf}",
        "Content-Type": "application/x-www-form-urlencoded",
        "Origin": "http://localhost:8000",
    }
    count, until = 0, time.monotonic() + seconds
    while time.monotonic() < until:
        body = urlencode({"csrfmiddlewaretoken": token, "body": f"A **reply** with a number, {count}.\n\n- one\n- two"})
        connection.request("POST", path, body=body, headers=headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status == 422:  # The limit of replies an hour: one person never writes so many.
            break
        assert answer.status == 302, answer.status
        count += 1
    return count / (seconds - max(0.0, until - time.monotonic()))


def report(pages: list[Page], ratios: dict[Page, list[float]], writing: list[float]) -> int:
    """Print what was measured; give 1 where a bar is missed."""
    missed = 0
    print("\n| page | reader | × floor (median; min–max) | bar |\n|---|---|--:|--:|")
    for page in pages:
        found, bar = median(ratios[page]), BARS[page.name][READERS.index(page.reader)]
        missed |= found < bar
        print(
            f"| {page.name} | {page.reader} | {found:.2f} ({min(ratios[page]):.2f}–{max(ratios[page]):.2f}) | {bar} |"
        )
    print(f"| posting a reply, one connection | signed in | {median(writing):.2f} | 0.15 |")
    return int(missed or median(writing) < 0.15)


if __name__ == "__main__":
    sys.exit(main())
