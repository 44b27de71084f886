"""Reading an mbox file one message after the other, however long it is (RFC 4155, and what came before it)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

# "From " at the start of a line begins a message only where a date follows and the line above is empty.
SEPARATOR = re.compile(
    rb"^From \S.*\b\d{1,2}:\d{2}(:\d{2})?\b.*\r?\n?$|^From \S+\s*$|^From \S+ \w{3} \w{3} +\d{1,2} .*\d{4}"
)
HEADER = re.compile(rb"^[!-9;-~]+:|^\s*$|^>From ")
QUOTED_FROM = re.compile(rb"(?m)^>(>*From )")
LONGEST_LINE = 1 << 20
LONGEST_MESSAGE = 5 * 1024 * 1024


@dataclass(frozen=True)
class Raw:
    """One message as it lies in the file; `is_cut` says that its end was too long to be read."""

    number: int
    offset: int
    data: bytes
    is_cut: bool = False


def messages(file: IO[bytes]) -> Iterator[Raw]:
    """Give the messages of a file, in order; never more than one of them is in memory."""
    lines: list[bytes] = []
    size, begun, offset, number, is_cut = 0, 0, 0, 0, False
    is_empty_above, is_inside = True, False
    pending: bytes | None = None
    while line := pending or file.readline(LONGEST_LINE):
        pending = None
        start, offset = offset, offset + len(line)
        if is_empty_above and line.startswith(b"From ") and SEPARATOR.match(line):
            pending = file.readline(LONGEST_LINE)
            if not pending or HEADER.match(pending):
                if is_inside and lines:
                    yield _raw(number, begun, lines, is_cut)
                    number += 1
                lines, size, begun, is_cut, is_inside = [], 0, start, False, True
                is_empty_above = False
                continue
        is_empty_above = not line.strip()
        if not is_inside and is_empty_above:
            continue
        is_inside = True
        size += len(line)
        if size <= LONGEST_MESSAGE:
            lines.append(line)
        else:
            is_cut = True
    if is_inside and lines:
        yield _raw(number, begun, lines, is_cut)


def _raw(number: int, offset: int, lines: list[bytes], is_cut: bool) -> Raw:
    return Raw(number, offset, QUOTED_FROM.sub(rb"\1", b"".join(lines)), is_cut)
