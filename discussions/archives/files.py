"""Files of archives: plain, or compressed by gzip or xz; and what a run over one has done."""

import gzip
import lzma
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO


@dataclass
class Report:
    """What a run has done; `read` is how many messages the file holds."""

    read: int = 0
    added: int = 0
    known: int = 0
    left_out: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    topics: int = 0
    adopted: int = 0


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """Open an archive; what is compressed is unpacked to a file that goes away."""
    with path.open("rb") as file:
        start = file.read(6)
        file.seek(0)
        if not start.startswith((b"\x1f\x8b", b"\xfd7zXZ")):
            yield file
            return
        unpack = gzip.open if start.startswith(b"\x1f\x8b") else lzma.open
        with tempfile.TemporaryFile() as plain, unpack(file) as packed:
            shutil.copyfileobj(packed, plain)
            plain.seek(0)
            yield plain


def is_json(file: IO[bytes]) -> bool:
    """Whether a file holds the JSON lines that this site gives out, and no mails."""
    start = file.read(1)
    file.seek(0)
    return start == b"{"
