"""How fast and how safely mail goes out, as ratios to a floor measured in the same run: `python -m bench.mail`.

    [DATABASE_URL=postgres://…] python -m bench.mail [--quick] [--readers 10000] [--only sqlite|postgresql] [--rows …]

Floor: one process that lets Django build each reader's mail, on one kept connection to the same server. Ours: a post
is published to that many subscribers, and Celery workers send it. The server counts every mail that it takes.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import psycopg

from bench.mail_site import Sink, Site, embedded, served

DATABASE = os.environ.get("DATABASE_URL") or "postgres://postgres@127.0.0.1/cop_bench_mail"
PATIENCE = 240
KILLS = 3


@dataclass(frozen=True)
class Found:
    """What a row measured: as text for the table, and whether its bar was reached."""

    text: str
    is_well: bool


@dataclass(frozen=True)
class Size:
    """How much is sent in which row."""

    readers: int
    slow_readers: int
    faulty_readers: int
    killed_readers: int
    many_readers: int
    kill_runs: int


FULL = Size(10_000, 5_000, 2_000, 5_000, 100_000, 5)
QUICK = Size(5_000, 2_000, 500, 2_000, 10_000, 1)


def publish_and_wait(site: Site, sink: Sink, readers: int, wanted: int) -> dict[str, Any]:
    """Publish to so many readers, wait for so many mails, and say how it went."""
    site.work("fill", readers)
    cpu = site.cpu()
    published = site.work("publish", readers)
    wait_for(sink, wanted)
    used = site.cpu() - cpu + published["cpu"]
    report = sink.ask("report")
    took = report["last"] - published["at"]
    return {
        **published,
        **report,
        "rate": wanted / took,
        "cpu": used * 1000 / wanted,
        "first_after": report["first"] - published["at"],
        "lost": readers - report["readers"],
    }


def wait_for(sink: Sink, wanted: int) -> None:
    """Wait until so many mails have come, and a moment more for those that should not."""
    deadline = time.monotonic() + PATIENCE
    before = 0
    while (count := sink.ask("count")) < wanted and time.monotonic() < deadline:
        if count > before:
            before, deadline = count, time.monotonic() + PATIENCE
        time.sleep(0.2)
    time.sleep(0.5)


def floor(site: Site, mailing: int, readers: int, **faults: Any) -> dict[str, float]:
    """Send the same mail the plain way."""
    with site.sink(**faults):
        return site.work("floor", mailing, readers, site.port)


def on_loopback(site: Site, size: Size) -> dict[str, Found]:
    """Speed, CPU and the first mail, on a server that answers at once."""
    bar = 2.0 if site.processes > 1 else 2.5
    with site.sink() as sink:
        site.start_workers(site.processes)
        ours = publish_and_wait(site, sink, size.readers, size.readers)
        site.stop_workers()
    base = floor(site, ours["mailing"], size.readers)
    speed, cpu = ours["rate"] / base["rate"], ours["cpu"] / base["cpu"]
    print(f"  {ours['size']:,} bytes; floor {base['rate']:.0f} mails/s, ours {ours['rate']:.0f}", file=sys.stderr)
    is_whole = ours["lost"] == 0 and ours["doubles"] == 0
    return {
        "loopback: mails a second, × floor": Found(
            f"{speed:.2f} ({ours['rate']:.0f} : {base['rate']:.0f})", is_whole and speed >= bar
        ),
        "CPU a mail, database and broker included, × floor": Found(
            f"{cpu:.2f} ({ours['cpu']:.2f} : {base['cpu']:.2f} ms)", cpu <= 0.7
        ),
        "first mail after publishing": Found(f"{ours['first_after']:.2f} s", ours["first_after"] <= 2),
        "publishing itself": Found(f"{ours['took']:.2f} s", ours["took"] <= 2),
    }


def on_a_slow_server(site: Site, size: Size) -> dict[str, Found]:
    """One worker process on a server that answers every command 5 ms late."""
    with site.sink(latency=0.005) as sink:
        site.start_workers(1)
        ours = publish_and_wait(site, sink, size.slow_readers, size.slow_readers)
        site.stop_workers()
    base = floor(site, ours["mailing"], size.slow_readers // 10, latency=0.005)
    speed = ours["rate"] / base["rate"]
    text = f"{speed:.1f} ({ours['rate']:.0f} : {base['rate']:.0f})"
    return {"5 ms a command, one worker process, × floor": Found(text, speed >= 6)}


def killed(site: Site, size: Size) -> dict[str, Found]:
    """All workers killed three times by SIGKILL, at random."""
    runs = [killed_once(site, size.killed_readers) for _ in range(size.kill_runs)]
    lost, doubles = sum(run["lost"] for run in runs), [run["doubles"] for run in runs]
    limit = max(run["most_open"] for run in runs) * KILLS
    is_well = not lost and max(doubles) <= limit and not any(run["strange"] for run in runs)
    text = f"lost {lost}; doubles in each run {doubles}, a kill {median(doubles) / KILLS:.1f}"
    is_well = is_well and median(doubles) / KILLS <= 1
    return {f"SIGKILL of all workers, {KILLS} × in {size.killed_readers:,} mails": Found(text, is_well)}


def killed_once(site: Site, readers: int) -> dict[str, Any]:
    lease = {"MAIL_LEASE": "10"}
    moments = sorted(random.uniform(0.05, 0.9) * readers for _ in range(KILLS))
    with site.sink() as sink, site.ringing():
        site.start_workers(site.processes, **lease)
        site.work("fill", readers)
        published = site.work("publish", readers)
        for moment in moments:
            deadline = time.monotonic() + 60
            while sink.ask("count") < moment and time.monotonic() < deadline:
                time.sleep(random.uniform(0.001, 0.03))
            site.kill_workers()
            site.start_workers(site.processes, **lease)
        wait_for(sink, readers)
        site.stop_workers()
        report = sink.ask("report")
    return {**published, **report, "lost": readers - report["readers"]}


def on_a_moody_server(site: Site, size: Size) -> dict[str, Found]:
    """Refused connections at first; then 450, 451, cut lines, and 421 after every 50 mails."""
    faults = {"put_off_every": 7, "cut_every": 10, "part_after": 50}
    with site.sink(**faults) as sink, site.ringing():
        sink.ask("close")
        site.start_workers(site.processes)
        site.work("fill", size.faulty_readers)
        site.work("publish", size.faulty_readers)
        time.sleep(3)
        sink.ask("open")
        wait_for(sink, size.faulty_readers)
        site.stop_workers()
        report = sink.ask("report")
    lost = size.faulty_readers - report["readers"]
    text = f"lost {lost}, doubles {report['doubles']}"
    return {"450/451, cut in DATA, refused, 421 after 50": Found(text, lost == report["doubles"] == 0)}


def without_an_answer(site: Site, size: Size) -> dict[str, Found]:
    """The line is cut after every 7th mail was taken, before the answer."""
    wanted = size.faulty_readers // 7
    with site.sink(lose_every=7) as sink, site.ringing():
        site.start_workers(site.processes)
        site.work("fill", size.faulty_readers)
        site.work("publish", size.faulty_readers)
        wait_for(sink, size.faulty_readers + wanted)
        site.stop_workers()
        report = sink.ask("report")
    lost = size.faulty_readers - report["readers"]
    is_well = lost == 0 and report["doubles"] == wanted and report["most"] == 2 and not report["strange"]
    text = f"lost {lost}, twice {report['doubles']} of {wanted}, other Message-IDs {report['strange']}"
    return {"acknowledgement lost for every 7th": Found(text, is_well)}


def refusing_some(site: Site, size: Size) -> dict[str, Found]:
    """550 for every 9th address."""
    wanted = size.faulty_readers - size.faulty_readers // 9
    with site.sink(refuse_every=9) as sink, site.ringing():
        site.start_workers(site.processes)
        site.work("fill", size.faulty_readers)
        site.work("publish", size.faulty_readers)
        wait_for(sink, wanted)
        time.sleep(5)
        site.stop_workers()
        report = sink.ask("report")
    is_well = report["taken"] == report["readers"] == wanted and report["refused_attempts"] == 1
    text = f"{report['refused']} refused, tried {report['refused_attempts']} ×; {report['taken']} others sent"
    return {"550 for every 9th": Found(text, is_well)}


def memory(site: Site, size: Size) -> dict[str, Found]:
    """What a worker process holds at most."""
    peaks = []
    for readers in (1000, size.many_readers):
        with site.sink() as sink:
            site.start_workers(site.processes)
            ours = publish_and_wait(site, sink, readers, readers)
            peaks.append(site.peak_memory())
            site.stop_workers()
    few, many = peaks
    text = f"{many:.0f} MB ({few:.0f} MB at 1,000); publishing took {ours['took']:.1f} s; {ours['rate']:.0f} mails/s"
    is_well = many <= few + 10 and many <= 120 and not ours["lost"] and not ours["doubles"]
    return {f"memory of a worker process at {size.many_readers:,}": Found(text, is_well)}


ROWS: dict[str, Callable[[Site, Size], dict[str, Found]]] = {
    "loopback": on_loopback,
    "slow": on_a_slow_server,
    "killed": killed,
    "moody": on_a_moody_server,
    "unanswered": without_an_answer,
    "refused": refusing_some,
    "memory": memory,
}


def measure(site: Site, size: Size, rows: list[str]) -> dict[str, Found]:
    """Measure the rows on one site."""
    found: dict[str, Found] = {}
    for row in rows:
        print(f"{site.name}: {row} …", file=sys.stderr)
        found |= ROWS[row](site, size)
    return found


def report(results: dict[str, dict[str, Found]]) -> int:
    """Print the table; give 1 where a bar is missed."""
    print("\n| goal | " + " | ".join(results) + " |\n|---|" + "---|" * len(results))
    goals = dict.fromkeys(goal for found in results.values() for goal in found)
    for goal in goals:
        cells = [found[goal] for found in results.values() if goal in found]
        print(f"| {goal} | " + " | ".join(cell.text + ("" if cell.is_well else " **missed**") for cell in cells) + " |")
    return int(not all(cell.is_well for found in results.values() for cell in found.values()))


def main() -> int:
    """Measure both sites, print the table, and give 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer mails and runs")
    parser.add_argument("--readers", type=int, help="how many readers on loopback")
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--rows", nargs="+", choices=list(ROWS), default=list(ROWS))
    options = parser.parse_args()
    size = QUICK if options.quick else FULL
    if options.readers:
        size = Size(**{**vars(size), "readers": options.readers})
    results: dict[str, dict[str, Found]] = {}
    with tempfile.TemporaryDirectory(prefix="cop-bench-") as folder:
        if options.only != "postgresql":
            (path := Path(folder) / "embedded").mkdir()
            with embedded(path) as site:
                results[site.name] = measure(site, size, options.rows)
        if options.only != "sqlite":
            (path := Path(folder) / "served").mkdir()
            with served(path, DATABASE) as site:
                results[site.name] = measure(site, size, options.rows)
    return report(results)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        try:
            sys.exit(main())
        except psycopg.OperationalError as error:
            sys.exit(f"PostgreSQL is not to be had at {DATABASE}: {error}")
