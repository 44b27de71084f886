"""The attacks that other projects have collected, from the shared data."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

FOLDER = Path(settings.SHARED_DATA) / "sanitise"


def vectors() -> list[str]:
    """Give every payload of DOMPurify, the HTML5 Security Cheatsheet, XSS lists, html5lib, bleach, markdown2, SVGs."""
    if not FOLDER.exists():
        pytest.skip(f"No shared data at {FOLDER}: set SHARED_DATA")
    return list(_all())


def _all() -> Iterator[str]:
    yield from (row["payload"] for row in _json("dompurify.json"))
    yield from (row["data"] for row in _json("h5sc.json"))
    yield from _json("xss-payloads.json")
    yield from (row[name] for row in _json("markdown-it-xss.json") for name in ("title", "markdown"))
    for pattern in ("svg/*.svg", "markdown2/*.md"):
        yield from (path.read_text() for path in sorted(FOLDER.glob(pattern)))
    yield from (path.read_text().split("\n--\n")[0] for path in sorted(FOLDER.glob("bleach/*.test")))
    for path in sorted(FOLDER.glob("html5lib/*.dat")):
        blocks = path.read_text(errors="replace").split("#data\n")[1:]
        yield from (block.split("\n#errors")[0] for block in blocks)


def _json(name: str) -> list:
    return json.loads((FOLDER / name).read_text())
