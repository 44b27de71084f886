"""How fast the pages are, as ratios to a floor measured in the same round, and what a first visit weighs.

    DATABASE_URL=postgres://… python -m bench.pages [--rounds 3] [--seconds 4]

Floor: Django on gunicorn (1 worker, 4 threads), twenty rows by one PostgreSQL query, one small template. Ours: granian
(1 worker, 4 threads) on the demo communities in the same PostgreSQL. Four kept connections; the median of the rounds.
"""

import argparse
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import urljoin

from bench.loading import Load, load

ROOT = Path(__file__).resolve().parent.parent
BARS = {"visitor": 0.4, "signed in": 0.3}
FIRST_VISIT_LIMIT = 60_000
DATABASE = os.environ.get("DATABASE_URL", "postgres://postgres@127.0.0.1/cop_bench")


@dataclass(frozen=True)
class Page:
    """A page to measure, for a kind of reader."""

    name: str
    reader: str
    path: str


def main() -> int:
    """Print the table; give 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cop-bench-") as folder, ExitStack() as servers:
        environment = {**os.environ, "DATABASE_URL": DATABASE, "FLOOR_DATABASE_URL": DATABASE, "VAR_DIR": folder}
        cookie, paths = prepare(environment)
        floor = servers.enter_context(serve(floor_command, {**environment, "FLOOR_FILL": ""}))
        site = servers.enter_context(serve(site_command, environment))
        pages = [Page(name, reader, path) for name, path in paths.items() for reader in BARS]
        ratios, sizes = measure(floor, site, pages, cookie, options.rounds, options.seconds)
        weights = {name: first_visit(site + path) for name, path in paths.items()}
    return report(pages, ratios, sizes, weights)


def prepare(environment: dict[str, str]) -> tuple[str, dict[str, str]]:
    """Make the database and the demo in it; give a member's session cookie and the pages' paths."""
    create_database()
    quiet = {"env": environment, "cwd": ROOT, "check": True, "stdout": subprocess.DEVNULL}
    for arguments in (["migrate"], ["demo"], ["collectstatic", "--noinput"]):
        subprocess.run([sys.executable, "manage.py", *arguments], **quiet)
    subprocess.run([sys.executable, "-m", "bench.floor"], **{**quiet, "env": {**environment, "FLOOR_FILL": "1"}})
    found = subprocess.run(
        [sys.executable, "-m", "bench.page_targets"],
        env=environment,
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    cookie, *lines = found.stdout.strip().splitlines()
    return cookie, dict(line.split("\t") for line in lines)


def create_database() -> None:
    """Make the benchmark's database where it does not exist."""
    server, _, name = DATABASE.rpartition("/")
    made = subprocess.run(["psql", f"{server}/postgres", "-c", f'CREATE DATABASE "{name}"'], capture_output=True)
    if made.returncode and b"already exists" not in made.stderr:
        sys.exit(made.stderr.decode())


def floor_command(port: int) -> list[str]:
    return ["-m", "gunicorn", "bench.floor:application", "--threads", "4", "--bind", f"127.0.0.1:{port}"]


def site_command(port: int) -> list[str]:
    flags = ["--interface", "wsgi", "--workers", "1", "--blocking-threads", "4", "--no-ws", "--log-level", "error"]
    return ["-m", "granian", "cop.wsgi:application", *flags, "--host", "127.0.0.1", "--port", str(port)]


@contextmanager
def serve(command, environment: dict[str, str]) -> Iterator[str]:
    """Run a server on a free port until the block ends; give its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    arguments = [sys.executable, *command(port)]
    server = subprocess.Popen(arguments, env=environment, cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def wait_for(port: int) -> None:
    """Wait at most 30 seconds until something listens."""
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    sys.exit("the server did not start")


def measure(
    floor: str, site: str, pages: list[Page], cookie: str, rounds: int, seconds: float
) -> tuple[dict[Page, list[float]], dict[Page, int]]:
    """Give each page's ratios to the floor, one a round, and its bytes, not compressed."""
    ratios: dict[Page, list[float]] = {page: [] for page in pages}
    sizes: dict[Page, int] = {}
    for _ in range(rounds):
        base = certain(load(f"{floor}/", seconds=seconds), "the floor").rate
        for page in pages:
            headers = {"Cookie": f"sessionid={cookie}"} if page.reader == "signed in" else {}
            result = certain(load(site + page.path, seconds=seconds, headers=headers), page.path)
            ratios[page].append(result.rate / base)
            sizes[page] = result.size
    return ratios, sizes


def certain(result: Load, what: str) -> Load:
    """Stop where a page answered anything but 200: its speed would mean nothing."""
    if result.wrong:
        sys.exit(f"{what} answered {result.wrong}")
    return result


def first_visit(url: str) -> int:
    """Give the bytes on the wire of a page and all that it links, compressed as a browser asks for it."""
    total, body = fetch(url)
    html = body.decode()
    linked = set(re.findall(r'<link[^>]+rel="(?:stylesheet|modulepreload)"[^>]+href="([^"]+)"', html))
    linked |= set(re.findall(r'<link[^>]+href="([^"]+)"[^>]+rel="(?:stylesheet|icon)"', html))
    linked |= set(re.findall(r'<(?:script|img)[^>]+src="([^"]+)"', html))
    return total + sum(fetch(urljoin(url, target.replace("&amp;", "&")))[0] for target in linked)


def fetch(url: str) -> tuple[int, bytes]:
    """Give the bytes that were sent, and the text they stand for, by asking twice."""
    packed = urllib.request.Request(url, headers={"Accept-Encoding": "br, gzip"})  # noqa: S310 — loopback alone
    with urllib.request.urlopen(packed) as answer:  # noqa: S310
        sent = len(answer.read())
    with urllib.request.urlopen(url) as answer:  # noqa: S310
        return sent, answer.read()


def report(pages: list[Page], ratios: dict[Page, list[float]], sizes: dict[Page, int], weights: dict[str, int]) -> int:
    """Print what was measured; give 1 where a bar is missed."""
    missed = 0
    print("\n| page | reader | × floor (median; min–max) | bar | bytes |\n|---|---|--:|--:|--:|")
    for page in pages:
        found, bar = median(ratios[page]), BARS[page.reader]
        missed |= found < bar
        spread = f"{found:.2f} ({min(ratios[page]):.2f}–{max(ratios[page]):.2f})"
        print(f"| {page.name} | {page.reader} | {spread} | {bar} | {sizes[page]:,} |")
    print("\n| first visit to | bytes on the wire | limit |\n|---|--:|--:|")
    for name, weight in weights.items():
        missed |= weight > FIRST_VISIT_LIMIT
        print(f"| {name} | {weight:,} | {FIRST_VISIT_LIMIT:,} |")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
