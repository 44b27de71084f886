"""A site for the mail benchmark: a folder, a database, a broker, workers that can be killed, and what they cost."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg

from cop.base import broker
from cop.base.development import short_socket_path

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
OURS = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "EMAIL_PROVIDER", "SECRET_KEY", "DJANGO_SETTINGS_MODULE", "SITE_URL")


class Sink:
    """The server process that takes the mail."""

    def __init__(self, port: int, faults: dict[str, Any]) -> None:
        command = [sys.executable, "-m", "bench.sink", str(port), json.dumps(faults)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def ask(self, what: str) -> Any:
        """Give the answer to `count`, `open`, `close` or `report`."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(f"{what}\n")
        return json.loads(self.process.stdout.readline())

    def stop(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(10)


class Site:
    """The whole of the software on one database; `name` heads its column of the table."""

    def __init__(self, name: str, folder: Path, processes: int, environment: dict[str, str]) -> None:
        self.name, self.folder, self.processes = name, folder, processes
        self.port = free_port()
        plain = {name: value for name, value in os.environ.items() if name not in OURS}
        self.environment = {
            **plain,
            "VAR_DIR": str(folder),
            "EMAIL_URL": f"smtp://127.0.0.1:{self.port}",
            "LOG_LEVEL": "ERROR",
            **environment,
        }
        self.servers: list[int] = []
        self.workers: list[subprocess.Popen[bytes]] = []

    def run(self, *words: str) -> str:
        """Run a Python module of the site's and give what it prints."""
        done = subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            sys.exit(f"{' '.join(words)} failed:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
        return done.stdout

    def work(self, *words: object) -> Any:
        """Give what a command of bench.mail_work answers."""
        return json.loads(self.run("-m", "bench.mail_work", *(str(word) for word in words)).splitlines()[-1])

    @contextmanager
    def sink(self, **faults: Any) -> Iterator[Sink]:
        """Run the server on the site's port."""
        sink = Sink(self.port, faults)
        sink.ask("count")
        try:
            yield sink
        finally:
            sink.stop()

    def start_workers(self, processes: int, **environment: str) -> None:
        """Start a Celery worker with so many processes, and wait until it works."""
        options = ["--queues", "mail,default", "--concurrency", str(processes), "--loglevel", "ERROR"]
        command = [sys.executable, "-m", "celery", "--quiet", "-A", "cop", "worker", *options]
        self.workers.append(
            subprocess.Popen(
                [*command, "--without-gossip", "--without-mingle", "--without-heartbeat"],
                cwd=ROOT,
                env={**self.environment, **environment},
                start_new_session=True,
            )
        )
        deadline = time.monotonic() + 60
        while len(tree(self.workers[-1].pid)) <= processes:
            assert time.monotonic() < deadline, "the worker did not start"
            time.sleep(0.1)

    def kill_workers(self, with_signal: int = signal.SIGKILL) -> None:
        """Kill every worker process at once."""
        for worker in self.workers:
            os.killpg(worker.pid, with_signal)
            worker.wait()
        self.workers.clear()

    def stop_workers(self) -> None:
        """Let the workers finish what they do."""
        for worker in self.workers:
            worker.terminate()
        for worker in self.workers:
            worker.wait(120)
        self.workers.clear()

    @contextmanager
    def ringing(self) -> Iterator[None]:
        """Ring every two seconds, as the scheduler does every minute."""
        ringer = subprocess.Popen([sys.executable, "-m", "bench.mail_work", "ring"], cwd=ROOT, env=self.environment)
        try:
            yield
        finally:
            ringer.kill()
            ringer.wait()

    def cpu(self) -> float:
        """Give the seconds of CPU that workers, database and broker have used so far."""
        roots = [*self.servers, *(worker.pid for worker in self.workers)]
        return sum(cpu_of_tree(pid) for pid in roots)

    def peak_memory(self) -> float:
        """Give the most memory that a worker process ever held, in MB."""
        children = [pid for worker in self.workers for pid in tree(worker.pid) if pid != worker.pid]
        return max(peak_of(pid) for pid in children)


def free_port() -> int:
    """Give a port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def stat_of(pid: int) -> list[str]:
    """Give the fields of /proc/<pid>/stat after the name, or nothing where the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def tree(pid: int) -> list[int]:
    """Give a process and its children."""
    others = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
    return [pid, *(other for other in others if (stat := stat_of(other)) and int(stat[1]) == pid)]


def cpu_of_tree(pid: int) -> float:
    """Give the CPU seconds of a process, of its children, and of those children that have ended."""
    own = stat_of(pid)
    ended = sum(int(ticks) for ticks in own[13:15]) if own else 0
    alive = sum(int(ticks) for one in tree(pid) for ticks in stat_of(one)[11:13])
    return (ended + alive) / TICKS


def peak_of(pid: int) -> float:
    """Give a process's highest resident memory, in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0.0


def await_socket(path: Path) -> None:
    """Wait until the broker answers."""
    deadline = time.monotonic() + 20
    while not broker.answers(path):
        assert time.monotonic() < deadline, "the broker did not start"
        time.sleep(0.05)


@contextmanager
def embedded(folder: Path) -> Iterator[Site]:
    """Give a site on SQLite and the embedded broker, with one worker process."""
    with ExitStack() as stack:
        site = Site("SQLite, embedded", folder, 1, {})
        site.servers.append(stack.enter_context(started_broker(folder, short_socket_path(folder))))
        site.run("manage.py", "migrate", "-v0")
        yield site


@contextmanager
def served(folder: Path, database: str) -> Iterator[Site]:
    """Give a site on a PostgreSQL server and a broker on TCP, with two worker processes."""
    postmaster = fresh_database(database)
    with ExitStack() as stack:
        port = free_port()
        site = Site(
            "PostgreSQL + Redis", folder, 2, {"DATABASE_URL": database, "REDIS_URL": f"redis://127.0.0.1:{port}/0"}
        )
        broker_pid = stack.enter_context(started_broker(folder, short_socket_path(folder), port=port))
        site.servers += [postmaster, broker_pid]
        site.run("manage.py", "migrate", "-v0")
        yield site


@contextmanager
def started_broker(folder: Path, path: Path, port: int = 0) -> Iterator[int]:
    """Run a broker of our own, on a socket and perhaps a port; give its process id."""
    command = broker.server_command(path, data=folder / "valkey")
    command[command.index("--port") + 1] = str(port)
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        await_socket(path)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def fresh_database(url: str) -> int:
    """Make the benchmark's database anew; give the process id of its server, which must run on this machine."""
    server, _, name = url.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
        own = connection.execute("SELECT pg_backend_pid()").fetchone()
        assert own
        stat = stat_of(own[0])
        return int(stat[1]) if stat else 0
