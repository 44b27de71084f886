"""Starting the site's real processes below a folder of their own, and looking at what runs."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Found = TypeVar("Found")
ROOT = Path(__file__).resolve().parents[2]
OURS = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SECRET_KEY", "SITE_URL", "DJANGO_SETTINGS_MODULE", "VAR_DIR")


def start(*words: str, var: Path) -> subprocess.Popen[str]:
    """Start `manage.py` with `words` as a development site that keeps its data in `var`."""
    return subprocess.Popen(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env={**{name: value for name, value in os.environ.items() if name not in OURS}, "VAR_DIR": str(var)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def said(process: subprocess.Popen[str]) -> str:
    """Wait for the end of `process`, and give what it printed."""
    return process.communicate(timeout=60)[0]


def stop(process: subprocess.Popen[str]) -> str:
    """Ask `process` to stop as a service manager does, and give what it printed."""
    process.send_signal(signal.SIGTERM)
    return said(process)


def until(ask: Callable[[], Found], *, seconds: float = 40) -> Found:
    """Ask again and again until the answer is true, and give it; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    while not (answer := ask()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
    return answer


def free_port() -> int:
    """Give a port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def running(word: str) -> list[int]:
    """Give the processes with `word` in their command line or environment, this one left out."""
    found = subprocess.run(["ps", "-eww", "-o", "pid=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 1) for line in found.splitlines()]
    return [int(pid) for pid, args in rows if word in args and int(pid) != os.getpid() and not args.startswith("ps ")]
