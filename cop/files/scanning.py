"""Looking uploads over for viruses, where the site has a scanner: clamd, by its INSTREAM command over TCP or a socket.

The libraries for it are without care for years, or under the GPL; what is needed of the protocol is this page.
"""

import logging
import socket
import struct
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings

logger = logging.getLogger("cop.security")

# To connect, and for each piece and the answer: whoever uploads waits.
SECONDS = 15
PIECE = 64 * 1024
ANSWER_LIMIT = 4096
CLEAN, FOUND = "OK", " FOUND"


class Silent(Exception):
    """The scanner gave no verdict: it cannot be reached, is busy, or would not take the file."""


def is_on() -> bool:
    """Whether this site has a scanner."""
    return bool(settings.SCANNER_URL)


def scan(pieces: Iterable[bytes]) -> str:
    """Give the name of what the scanner found in a file, or "" for a clean one; raise Silent where it does not say."""
    try:
        with _connect() as connection:
            connection.sendall(b"zINSTREAM\0")
            for piece in pieces:
                for start in range(0, len(piece), PIECE):
                    part = piece[start : start + PIECE]
                    connection.sendall(struct.pack("!L", len(part)) + part)
            connection.sendall(struct.pack("!L", 0))
            answer = _answer(connection)
    except OSError as error:
        raise Silent(str(error)) from error
    verdict = answer.removeprefix("stream: ")
    if verdict == CLEAN:
        return ""
    if verdict.endswith(FOUND):
        return verdict.removesuffix(FOUND)
    raise Silent(verdict or "no answer")


def _connect() -> socket.socket:
    where = urlsplit(settings.SCANNER_URL)
    if where.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(SECONDS)
        try:
            connection.connect(where.path)
        except OSError:
            connection.close()
            raise
        return connection
    return socket.create_connection((where.hostname or "", where.port or 3310), timeout=SECONDS)


def _answer(connection: socket.socket) -> str:
    received = b""
    while not received.endswith(b"\0") and len(received) < ANSWER_LIMIT:
        piece = connection.recv(ANSWER_LIMIT)
        if not piece:
            break
        received += piece
    return received.rstrip(b"\0").decode(errors="replace").strip()
