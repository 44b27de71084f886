"""Celery only says "look now": what is due is in the database, whatever the broker loses."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
from celery import Celery
from kombu.exceptions import OperationalError

from cop.base import bells, broker
from cop.base.development import short_socket_path
from cop.mail import outbox, ringing
from tests.mail.test_workers import ROOT, database_url, wait_until


@pytest.fixture
def var() -> Iterator[Path]:
    """A folder with a broker of its own in it."""
    with tempfile.TemporaryDirectory(prefix="cop-") as name:
        path = short_socket_path(Path(name))
        server = subprocess.Popen(broker.server_command(path, data=Path(name) / "valkey"), stdout=subprocess.DEVNULL)
        wait_until(lambda: broker.answers(path))
        yield Path(name)
        server.terminate()
        server.wait()


@pytest.fixture
def bell(var):
    """What rings as the scheduler does: a connection to the broker that stays open."""
    return Celery(broker=f"redis+socket://{short_socket_path(var)}?virtual_host=0", set_as_current=False)


@pytest.fixture
def start_worker(var, settings, transactional_db) -> Iterator[Callable[[], None]]:
    """A function that starts a Celery worker with two processes on the tests' database and relay."""
    left_out = ("REDIS_URL", "DJANGO_SETTINGS_MODULE")
    started: list[subprocess.Popen[bytes]] = []

    def start() -> None:
        environment = {name: value for name, value in os.environ.items() if name not in left_out}
        environment |= {"DATABASE_URL": database_url(), "EMAIL_URL": settings.EMAIL_URL, "VAR_DIR": str(var)}
        environment |= {"SECRET_KEY": settings.SECRET_KEY, "LOG_LEVEL": "ERROR", "MAIL_LEASE": "5"}
        options = ["--queues", "mail", "--concurrency", "2", "--without-mingle", "--without-gossip"]
        command = [sys.executable, "-W", "ignore", "-m", "celery", "--quiet", "-A", "cop", "worker", *options]
        started.append(subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL))

    yield start
    for process in started:
        process.terminate()
        process.wait(30)


def test_a_broker_that_is_flushed_in_the_middle_loses_and_doubles_no_mail(server, mailing_to, start_worker, var, bell):
    sink = server(latency=0.002)
    start_worker()
    mailing = mailing_to(900)
    bell.send_task("cop.mail.tasks.send_due", queue="mail")
    wait_until(lambda: len(sink.taken) > 100)
    redis.Redis(unix_socket_path=str(short_socket_path(var))).flushall()
    later = mailing_to(50)
    bell.send_task("cop.mail.tasks.send_due", queue="mail")
    wait_until(lambda: outbox.progress(mailing).waiting == outbox.progress(later).waiting == 0)
    assert outbox.progress(mailing).sent + outbox.progress(later).sent == len(sink.taken) == 950


def test_a_bell_that_no_broker_takes_harms_nobody_and_takes_no_time(monkeypatch):
    deaf = Celery(set_as_current=False)
    deaf.config_from_object("django.conf:settings", namespace="CELERY")
    deaf.conf.broker_url = "redis://127.0.0.1:9/0"
    monkeypatch.setattr(bells, "current_app", deaf)
    began = time.monotonic()
    ringing.ring()
    assert time.monotonic() - began < 3


def test_a_broker_that_did_not_answer_is_not_asked_again_for_a_while(monkeypatch):
    asked = []

    class Silent:
        def send_task(self, task, **options):
            asked.append(task)
            raise OperationalError

    monkeypatch.setattr(bells, "current_app", Silent())
    assert [ringing.ring() for _time in range(3)] == [None] * 3
    assert asked == ["cop.mail.tasks.send_due"]
