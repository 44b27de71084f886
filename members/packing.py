"""Packing somebody's data into a ZIP file: JSON for programs, one page of HTML to read, and the files themselves.

Rows are written as they come from the database, so that much takes no more memory than little.
"""

import json
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from html import escape
from typing import IO, Any

from django.core.files.base import File
from django.db.models import QuerySet
from django.db.models.fields.files import FieldFile
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import get_valid_filename
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

CHUNK = 500
Row = dict[str, Any]
STYLE = """
body{max-width:44rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 system-ui,sans-serif;color:#222;background:#fff}
h1,h2{line-height:1.2}section{margin-top:3rem}article{border-top:1px solid #ccc;padding:.75rem 0}
dl{margin:0;display:grid;grid-template-columns:minmax(6rem,11rem) 1fr;gap:.15rem 1rem}dt{color:#666}
dd{margin:0;overflow-wrap:anywhere;white-space:pre-wrap}nav li{margin:.15rem 0}
@media(max-width:30rem){dl{display:block}dd{margin-bottom:.4rem}}
@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}dt{color:#999}article{border-color:#444}a{color:#8ab4f8}}
"""


@dataclass(frozen=True)
class Kind:
    """One kind of rows: its file's name, its heading, what each column is called, and the rows."""

    name: str
    title: str | Promise
    labels: dict[str, str | Promise]
    rows: Iterable[Row]


@dataclass(frozen=True)
class Stored:
    """A file of one's own, under the name that it has in the ZIP file."""

    name: str
    content: FieldFile


Part = Iterable[Kind | Stored]


def kind(name: str, title: str | Promise, rows: QuerySet[Any], /, **labels: str | Promise) -> Kind:
    """Give the columns of a query as a kind; each keyword is a column, named as for `values()`, with its heading."""
    return Kind(name, title, labels, rows.values(*labels).iterator(CHUNK))


def made(name: str, title: str | Promise, rows: Iterable[Row], /, **labels: str | Promise) -> Kind:
    """Give rows that were put together in Python as a kind."""
    return Kind(name, title, labels, rows)


@dataclass
class Pack:
    """A ZIP file on its way: `add` parts, then `finish`."""

    title: str
    file: IO[bytes] = field(default_factory=tempfile.TemporaryFile)
    page: IO[bytes] = field(default_factory=tempfile.TemporaryFile)
    contents: list[tuple[str, str, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.zip = zipfile.ZipFile(self.file, "w", zipfile.ZIP_DEFLATED, allowZip64=True)

    def add(self, part: Part, *, alive: Callable[[], object] = lambda: None) -> None:
        """Write a part; `alive` is called now and then, so that nobody takes this run for dead."""
        for entry in part:
            if isinstance(entry, Stored):
                self._add_file(entry)
            else:
                self._add_kind(entry, alive)
            alive()

    def _add_kind(self, entry: Kind, alive: Callable[[], object]) -> None:
        count = 0
        self._write(f'<section id="{entry.name}"><h2>{escape(str(entry.title))}</h2>')
        with self._open(f"data/{entry.name}.json") as out:
            out.write(b"[")
            for row in entry.rows:
                out.write(b",\n " if count else b"\n ")
                out.write(json.dumps(row, default=plain, ensure_ascii=False).encode())
                self._write(_article(entry, row))
                count += 1
                if count % CHUNK == 0:
                    alive()
            out.write(b"\n]\n")
        self._write(f"<p>{escape(_('Nothing.'))}</p></section>" if not count else "</section>")
        self.contents.append((entry.name, str(entry.title), count))

    def _add_file(self, entry: Stored) -> None:
        """Copy a stored file; one that is gone from the store is left out."""
        try:
            source = entry.content.open("rb")
        except OSError:
            return
        # What is uploaded is compressed already.
        with source, self._open(f"files/{entry.name}", compression=zipfile.ZIP_STORED) as out:
            for chunk in source.chunks():
                out.write(chunk)

    def _open(self, name: str, *, compression: int = zipfile.ZIP_DEFLATED) -> IO[bytes]:
        """Begin a file of the ZIP file, as of now."""
        info = zipfile.ZipInfo(name, date_time=timezone.localtime().timetuple()[:6])
        info.compress_type = compression
        return self.zip.open(info, "w", force_zip64=True)

    def _write(self, html: str) -> None:
        self.page.write(html.encode())

    def finish(self) -> File[bytes]:
        """Put the page in front, close the ZIP file, and give it, ready to be read."""
        self.page.seek(0)
        with self._open("index.html") as out:
            out.write(self._head().encode())
            while chunk := self.page.read(65_536):
                out.write(chunk)
            out.write(b"</body></html>\n")
        self.page.close()
        self.zip.close()
        size = self.file.tell()
        self.file.seek(0)
        packed: File[bytes] = File(self.file, name="data.zip")
        packed.size = size
        return packed

    def _head(self) -> str:
        direction = "rtl" if get_language_bidi() else "ltr"
        items = "".join(
            f'<li><a href="#{name}">{escape(title)}</a> ({count})</li>' for name, title, count in self.contents if count
        )
        nothing = escape(
            _("Nothing is there of: %(kinds)s.")
            % {"kinds": "; ".join(title for _name, title, count in self.contents if not count)}
        )
        said = escape(
            _(
                "This page shows all that is in this file. The same stands in the folder “data” for programs (JSON), "
                "and your own files in the folder “files”."
            )
        )
        return (
            f'<!doctype html><html lang="{get_language()}" dir="{direction}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{escape(self.title)}</title><style>{STYLE}</style></head><body><h1>{escape(self.title)}</h1>"
            f"<p>{escape(shown(timezone.now()))}</p><p>{said}</p><nav><ul>{items}</ul></nav><p>{nothing}</p>\n"
        )


def _article(entry: Kind, row: Row) -> str:
    lines = (
        f"<dt>{escape(str(entry.labels[name]))}</dt><dd dir=auto>{escape(text)}</dd>"
        for name in entry.labels
        if (text := shown(row.get(name)))
    )
    return f"<article><dl>{''.join(lines)}</dl></article>\n"


def shown(value: Any) -> str:
    """Give a value as somebody reads it; nothing for nothing."""
    match value:
        case bool():
            return _("yes") if value else ""
        case None | "" | [] | {}:
            return ""
        case datetime():
            return date_format(timezone.localtime(value), "DATETIME_FORMAT")
        case date():
            return date_format(value, "DATE_FORMAT")
        case list():
            return ", ".join(shown(one) for one in value)
        case dict():
            return "\n".join(f"{name}: {text}" for name, one in value.items() if (text := shown(one)))
        case _:
            return str(value)


def plain(value: Any) -> Any:
    """Give a value that JSON has no sign for as text."""
    return value.isoformat() if isinstance(value, date) else str(value)


def file_name(number: int, name: str) -> str:
    """Give a name for a file in the ZIP that no other has."""
    return f"{number}-{get_valid_filename(name or 'file')[-80:]}"


def files_of(rows: QuerySet[Any], *, folder: str) -> Iterator[Stored]:
    """Give the files of rows that have a `name` and a `content`."""
    for row in rows.iterator(CHUNK):
        yield Stored(f"{folder}/{file_name(row.pk, row.name)}", row.content)
