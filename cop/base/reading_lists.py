"""Addresses out of what people paste or upload: CSV in any of Excel's encodings, or lines from a mail program."""

import csv
import io
import re
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cop.base.addresses import tidy_address

MAX_BYTES = 1_000_000
MAX_ADDRESSES = 5_000
SHOWN_CHARACTERS = 60
HEADER = re.compile(r"\b(e-?mail|mail|address|adress|adresse|correo|courriel|posta|name)", re.IGNORECASE)
IN_BRACKETS = re.compile(r"<([^<>]*)>")


@dataclass(frozen=True)
class Broken:
    """A line that no address could be taken from: its number from 1, how it begins, and why."""

    number: int
    text: str
    reason: str


@dataclass
class AddressList:
    """What was found: tidied addresses in their order without repetitions, and the lines left out."""

    addresses: list[str] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    repeated: int = 0


def decode(data: bytes) -> str:
    """Give the text of a file: UTF-8 or UTF-16 where it says or proves so, Windows-1252 otherwise.

    Raises ValidationError for a workbook or anything else that is not text.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    if data.startswith(b"PK\x03\x04"):
        raise ValidationError(_("This is a workbook. In Excel choose “Save as”, then CSV, and upload that file."))
    if b"\x00" in data:
        raise ValidationError(_("This is not a text file. Upload a CSV file, or paste the addresses."))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def read(text: str) -> AddressList:
    """Take every address out of `text`; raise ValidationError where there are too many."""
    found = AddressList()
    seen: set[str] = set()
    lines = io.StringIO(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))
    reader = csv.reader(lines, delimiter=_delimiter(text), skipinitialspace=True)
    is_first = True
    while True:
        start = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return found
        except csv.Error:
            found.broken.append(Broken(start, "", _("This line cannot be read.")))
            continue
        if any(cell.strip() for cell in cells):
            _read_line(cells, start, is_first, seen, found)
            is_first = False
        if len(found.addresses) > MAX_ADDRESSES:
            raise ValidationError(_("Add at most %(count)d addresses at a time.") % {"count": MAX_ADDRESSES})


def _delimiter(text: str) -> str:
    """The sign that stands most often between cells in the first lines."""
    start = text[:4000]
    return max(";,\t", key=start.count)


def _read_line(cells: list[str], number: int, is_first: bool, seen: set[str], found: AddressList) -> None:
    candidates = [candidate for cell in cells for candidate in _candidates(cell)]
    if not candidates:
        is_header = is_first and HEADER.search(" ".join(cells))
        if not is_header:
            found.broken.append(Broken(number, _shown(cells), _("There is no address in this line.")))
        return
    for candidate in candidates:
        try:
            address = tidy_address(candidate)
        except ValidationError as refused:
            found.broken.append(Broken(number, _shown([candidate]), " ".join(refused.messages)))
            continue
        if address in seen:
            found.repeated += 1
        else:
            seen.add(address)
            found.addresses.append(address)


def _candidates(cell: str) -> list[str]:
    """What might be an address in one cell: inside <…>, or each word with an @."""
    bracketed = [text for text in IN_BRACKETS.findall(cell) if "@" in text]
    return bracketed or [word.strip("'\"()[]") for word in re.split(r"[\s,;]+", cell) if "@" in word]


def _shown(cells: list[str]) -> str:
    text = " ".join(cell for cell in cells if cell.strip())
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
