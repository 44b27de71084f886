"""`python -m bench.incoming_restarts [N]`: N mails come in by LMTP while the database is killed and started again.

On a PostgreSQL of its own in a temporary folder. The sender is a mail server's queue: what is not answered with 250 is
sent again. Every mail must be posted once at the end.
"""

import logging
import os
import shutil
import smtplib
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

RESTART_EVERY = 20.0  # seconds of work between two kills
OPTIONS = "-c listen_addresses=127.0.0.1 -c unix_socket_directories="


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Cluster:
    """A PostgreSQL that may be killed; as root it runs as the user postgres, which it insists on."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="cop-restarts-"))
        self.port = free_port()
        self.bin = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
        self.prefix = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        if self.prefix:
            shutil.chown(self.folder, "postgres")
        self.data = self.folder / "data"
        self.run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        self.control("start")

    def run(self, name: str, *arguments: object) -> None:
        command = [*self.prefix, str(self.bin / name), *map(str, arguments)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.folder)

    def control(self, what: str, *arguments: str) -> None:
        options = ["-o", f"-p {self.port} {OPTIONS}"] if what in ("start", "restart") else []
        self.run("pg_ctl", "-D", self.data, "-s", "-w", "-l", self.folder / "log", *arguments, what, *options)

    def close(self) -> None:
        self.control("stop", "-m", "immediate")
        shutil.rmtree(self.folder)

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"


def worker() -> None:
    """See to what came in until killed, whatever the database does; leases are over when nothing else waits."""
    import django

    django.setup()
    from django.db import Error, connections
    from django.utils import timezone

    from cop.mail import asking_back, handling
    from cop.mail.incoming_models import IncomingMessage

    logging.disable(logging.CRITICAL)
    handling.MAILS_AN_HOUR = asking_back.ANSWERS_A_DAY = 10**9
    while True:
        try:
            if not handling.handle_due():
                time.sleep(0.5)
                IncomingMessage.objects.filter(state="waiting").update(due_at=timezone.now())
        except Error:
            connections.close_all()
            time.sleep(0.2)


def door(port: int) -> None:
    """Take mail by LMTP until killed."""
    import django

    django.setup()
    import asyncio

    from cop.mail import listening

    # Each refused mail would be told with a traceback: that is what is measured here.
    logging.disable(logging.CRITICAL)
    asyncio.run(listening.listen(host="127.0.0.1", port=port))


def send_all(found: list[bytes], to: str, port: int) -> int:
    """Hand mails over as a mail server's queue does; give how often one had to be sent again."""
    again, waiting = 0, list(reversed(found))
    while waiting:
        try:
            with smtplib.LMTP("127.0.0.1", port, timeout=30) as server:
                while waiting:
                    server.sendmail("w@example.org", [to], waiting[-1])
                    waiting.pop()
        except (smtplib.SMTPException, OSError):
            again += 1
            time.sleep(0.3)
    return again


def keep_killing(cluster: Cluster, is_over: threading.Event, kills: list[float]) -> None:
    while not is_over.wait(RESTART_EVERY):
        began = time.monotonic()
        cluster.control("restart", "-m", "immediate")
        kills.append(time.monotonic() - began)


def main(count: int) -> None:
    """Run it, and fail unless each mail was posted once."""
    cluster = Cluster()
    os.environ["DATABASE_URL"], os.environ["INCOMING_ADDRESS"] = cluster.url, "@in.example.org"
    children: list[subprocess.Popen[bytes]] = []
    try:
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connections

        call_command("migrate", verbosity=0)
        from bench.incoming import mails, make_topic

        topic, to = make_topic()
        connections.close_all()
        port = free_port()
        own = [sys.executable, "-m", "bench.incoming_restarts"]
        children = [subprocess.Popen([*own, "--door", str(port)]), subprocess.Popen([*own, "--worker"])]
        is_over, kills = threading.Event(), list[float]()
        killing = threading.Thread(target=keep_killing, args=(cluster, is_over, kills), daemon=True)
        time.sleep(8)
        killing.start()
        began = time.monotonic()
        again = send_all(mails("r", count, to), to, port)
        print(f"taken by LMTP: {count} mails in {time.monotonic() - began:.0f} s, {again} sent again")
        while waiting := left(count):
            print(f"after {time.monotonic() - began:.0f} s {waiting} wait", flush=True)
            time.sleep(10)
        is_over.set()
        killing.join()
        connections.close_all()
        print(f"seen to after {time.monotonic() - began:.0f} s; the database was killed {len(kills)} times")
        report(topic.pk, count)
    finally:
        for child in children:
            child.kill()
            child.wait()
        cluster.close()


def left(count: int) -> int:
    """Give how many of so many mails are not in, or wait."""
    from django.db import Error, connections

    from cop.mail.incoming_models import IncomingMessage

    try:
        return count - IncomingMessage.objects.exclude(state="waiting").count()
    except Error:
        connections.close_all()
        return count


def report(topic_id: int, count: int) -> None:
    """Say what became of them; fail unless each is one reply."""
    from collections import Counter

    from cop.mail.incoming_models import IncomingMessage
    from discussions.models import Reply

    states = Counter(IncomingMessage.objects.values_list("state", flat=True))
    ids = list(Reply.objects.filter(topic=topic_id, via="mail").values_list("message_id", flat=True))
    print(
        f"states: {dict(states)}; {len(ids)} posted, {len(ids) - len(set(ids))} twice, {count - len(set(ids))} missing"
    )
    assert len(ids) == len(set(ids)) == count


if __name__ == "__main__":
    if "--worker" in sys.argv:
        worker()
    elif "--door" in sys.argv:
        door(int(sys.argv[-1]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
