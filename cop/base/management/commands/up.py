"""Serve the whole site by one command: broker, workers, scheduler, web."""

import os
import socket
import sys
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from cop.base import broker, leftovers
from cop.base.supervising import Child, Supervisor

# Few processes, sized for a laptop; deploy/ has each part as a service of its own.
WEB_WORKERS, WEB_THREADS = 2, 8
MAIL_PROCESSES, SLOW_PROCESSES = 2, 1
# What the parts say at each start about machines far bigger than a laptop.
BESIDE_THE_POINT = ("Memory overcommit must be enabled", "net.ipv4.tcp_migrate_req", "allows spawning up to")


class Command(BaseCommand):
    """Starts what the site needs, watches it, and stops it on Ctrl-C or SIGTERM."""

    help = "Serve the site: web, workers, scheduler and, without REDIS_URL, an embedded Valkey. Run `prepare` before."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine alone)")
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")), help="default: 8000")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        refuse_taken_port(host, port)
        pids = settings.VAR / "up.pids"
        with leftovers.alone_in(settings.VAR):
            leftovers.sweep(pids)
            supervisor = Supervisor(children(host, port), self.say, remember=partial(leftovers.remember, pids))
            supervisor.run(when_up=lambda: self.say("up", ready_line(host, port)))
        self.say("up", _("All stopped."))

    def say(self, name: str, line: str) -> None:
        """Print one line under the name of the part that said it."""
        if not line or any(words in line for words in BESIDE_THE_POINT):
            return
        self.stdout.write(f"{name:<6} | {line}")
        self.stdout.flush()


def refuse_taken_port(host: str, port: int) -> None:
    """Raise CommandError, with what to do next, where something listens on `port` already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            raise CommandError(
                _(
                    "Cannot listen on %(host)s port %(port)s (%(why)s). Stop what is running there, "
                    "or choose another port: make run PORT=8001"
                )
                % {"host": host, "port": port, "why": getattr(error, "strerror", None) or error}
            ) from error


def ready_line(host: str, port: int) -> str:
    """Say where the site is."""
    address = settings.SITE_URL if not settings.IS_DEVELOPMENT else own_address(port)
    return _("%(site)s is at %(address)s (Ctrl-C stops it)") % {"site": settings.SITE_NAME, "address": address}


def own_address(port: int) -> str:
    """The address of a development site: SITE_URL where it is set, else this machine and the port."""
    return os.environ.get("SITE_URL") or f"http://localhost:{port}"


def children(host: str, port: int) -> list[Child]:
    """Give the parts of the site, in the order in which they start."""
    environment = {}
    if settings.IS_DEVELOPMENT:
        # Who tries the site as root in a container need not read six lines against it from each worker.
        environment = {"SITE_URL": own_address(port), "PYTHONWARNINGS": "ignore:You're running the worker"}
    parts = [
        Child("worker", worker("mail,default", MAIL_PROCESSES), patience=20, environment=environment),
        Child("slow", worker("slow", SLOW_PROCESSES), patience=20, environment=environment),
        Child("beat", celery("beat", "--pidfile=", "--loglevel", "WARNING"), environment=environment),
        Child("web", web(host, port), environment=environment, ready=partial(listens, host, port)),
    ]
    if settings.REDIS_URL:
        return parts
    path: Path = settings.VALKEY_SOCKET
    command = broker.server_command(path, data=settings.VAR / "valkey")
    return [Child("valkey", command, ready=partial(broker.answers, path)), *parts]


def worker(queues: str, processes: int) -> list[str]:
    """Give the command of a Celery worker for `queues`; feeds and imports have their own, so that mail never waits."""
    name = f"{queues.partition(',')[0]}@%h"
    options = ["--queues", queues, "--concurrency", str(processes), "--hostname", name, "--loglevel", "WARNING"]
    return celery("worker", *options, "--without-gossip", "--without-mingle")


def celery(*words: str) -> list[str]:
    """Give a command of Celery's."""
    return [sys.executable, "-m", "celery", "--quiet", "-A", "cop", *words]


def web(host: str, port: int) -> list[str]:
    """Give the command of the web server; its own default would be 128 threads a worker."""
    options = {
        "--interface": "wsgi",
        "--host": host,
        "--port": str(port),
        "--workers": str(WEB_WORKERS),
        "--blocking-threads": str(WEB_THREADS),
        "--workers-lifetime": "6h",
        "--log-level": "warning",
    }
    words = [word for option in options.items() for word in option]
    return [sys.executable, "-m", "granian", *words, "--respawn-failed-workers", "--no-ws", "cop.wsgi:application"]


def listens(host: str, port: int) -> bool:
    """Whether the web server takes connections."""
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # nosec B104 # noqa: S104 - compared, not bound
    try:
        with socket.create_connection((near, port), timeout=1):
            return True
    except OSError:
        return False
