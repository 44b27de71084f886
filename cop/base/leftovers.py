"""One `manage.py up` for each folder of data, and nothing left over from one that was killed."""

import fcntl
import os
import platform
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from django.core.management import CommandError
from django.utils.translation import gettext as _


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; raise CommandError where another process holds it."""
    with (folder / "up.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CommandError(
                _("This site is running already from the folder %(folder)s: stop that one first.") % {"folder": folder}
            ) from error
        yield


def remember(path: Path, pids: Sequence[int]) -> None:
    """Note the processes that run, for systems that don't end children when their parent is killed."""
    path.write_text("\n".join(str(pid) for pid in pids))


def sweep(path: Path) -> None:
    """End what a killed `up` left behind. Linux ends it by itself; elsewhere the noted processes are looked up."""
    if platform.system() == "Linux" or not path.exists():
        return
    for pid in [int(line) for line in path.read_text().split() if line.isdecimal()]:
        found = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)  # nosec B603, B607 # noqa: S603, S607 - our own command
        # A number may have gone to a stranger since: only what looks like ours is ended.
        if any(word in found.stdout for word in ("granian", "celery", "valkey-server", "redis-server")):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGTERM)
    path.unlink()
