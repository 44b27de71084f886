"""Several worker processes at once, and what happens when they die in the middle of their work."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from cop.mail import outbox, sending
from cop.mail.models import Delivery
from tests.mail.conftest import let_time_pass
from tests.mail.smtp_sink import Sink

ROOT = Path(__file__).parents[2]


def database_url() -> str:
    """Name the tests' own database for another process."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    login = f"{database['USER']}:{database['PASSWORD']}".rstrip(":")
    return f"postgres://{login}@{database['HOST']}:{database['PORT'] or 5432}/{database['NAME']}"


@pytest.fixture
def worker(settings, transactional_db):
    """A function that starts a worker process on the tests' database and relay."""
    started: list[subprocess.Popen[bytes]] = []

    def start(lease: float = 60) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": database_url(),
            "EMAIL_URL": settings.EMAIL_URL,
            "SECRET_KEY": settings.SECRET_KEY,
        }
        command = [sys.executable, "-m", "tests.mail.draining", str(lease)]
        started.append(subprocess.Popen(command, cwd=ROOT, env=environment))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def wait_until(is_so: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.005)


def kill_at(sink: Sink, number: int, process: subprocess.Popen[bytes]) -> None:
    """Kill a worker once the server has taken so many mails."""
    wait_until(lambda: len(sink.taken) >= number)
    process.send_signal(signal.SIGKILL)
    process.wait()


def test_two_processes_share_the_work_and_double_nothing(server, mailing_to, worker):
    sink = server(latency=0.002)
    workers = [worker(), worker()]
    mailing = mailing_to(300)
    wait_until(lambda: outbox.progress(mailing).waiting == 0)
    assert all(process.poll() is None for process in workers)
    assert sink.record.most_open > 2
    assert len(sink.taken) == len(sink.record.counts()) == 300


def test_killed_workers_lose_nothing_and_double_what_was_under_way_at_most(server, mailing_to, worker):
    sink, mailing = server(latency=0.001), mailing_to(300)
    for number in sorted(random.sample(range(10, 280), 3)):
        kill_at(sink, max(number, len(sink.taken) + 1), worker())
        let_time_pass()
    wait_until(lambda: sending.drain(connections=2) == 0)
    doubles = sink.record.doubles()
    assert len(sink.record.counts()) == outbox.progress(mailing).sent == 300
    assert len(sink.taken) - 300 <= 3 * 2
    assert all(len(ids) == 1 for ids in doubles.values())


def test_what_a_killed_worker_held_is_sent_when_its_lease_is_over(server, mailing_to, worker):
    sink, mailing = server(latency=0.002), mailing_to(100)
    kill_at(sink, 10, worker(lease=1.0))
    assert Delivery.objects.filter(state="waiting").exclude(lease="").exists()
    worker(lease=1.0)
    wait_until(lambda: outbox.progress(mailing).waiting == 0)
    assert len(sink.record.counts()) == 100
    assert len(sink.taken) <= 102
