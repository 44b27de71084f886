"""What others have collected to break pages with: attacks on HTML, strings that break programs, names that deceive."""

import json
from functools import cache
from pathlib import Path

import lxml.html
import pytest
from django.conf import settings
from lxml import etree

from tests.markup.vectors import vectors

FOLDER = Path(settings.SHARED_DATA) / "strings"
SHORT = 60
SEPARATOR = " "
# What no page of ours holds: each would let a text act.
ELEMENTS = {"iframe", "object", "embed", "applet", "base", "frame", "frameset", "style", "portal", "math"}
ACTING = ("javascript:", "vbscript:", "data:text", "data:application", "data:image/svg")


@cache
def texts() -> tuple[str, ...]:
    """Every attack, naughty string and deceptive name."""
    if not FOLDER.exists():
        pytest.skip(f"No shared data at {FOLDER}: set SHARED_DATA")
    naughty = json.loads((FOLDER / "naughty-strings.json").read_text())
    names = [row["input"] for row in json.loads((FOLDER / "precis-usernames-nicknames.json").read_text())]
    alike = list(json.loads((FOLDER / "confusables.json").read_text()))[::16]
    return tuple(dict.fromkeys(text for text in (*vectors(), *naughty, *names, *alike) if text and is_sendable(text)))


def is_sendable(text: str) -> bool:
    """Whether a browser could send it: half of a character has no bytes."""
    return not any("\ud800" <= char <= "\udfff" for char in text)


@cache
def pack() -> str:
    """All of them in one text: no field takes it, so that every form must give it back."""
    return SEPARATOR.join(text for text in texts() if "\0" not in text)


@cache
def short_ones() -> tuple[str, ...]:
    """Those that fit into a name or a title, and hold what HTML is made of."""
    return tuple(text for text in texts() if len(text) <= SHORT and ("<" in text or '"' in text or "script" in text))


def harm_in(page: bytes) -> list[str]:
    """Give what in an HTML page could act although no template of ours put it there."""
    if not page.strip():
        return []
    found = []
    for element in lxml.html.document_fromstring(page).iter(etree.Element):
        tag = str(element.tag)
        if tag in ELEMENTS or (tag == "script" and not is_ours(element)):
            found.append(etree.tostring(element, encoding="unicode")[:200])
        found += [f"<{tag} {name}={value[:80]!r}>" for name, value in element.attrib.items() if acts(tag, name, value)]
    return found


def is_ours(script: etree._Element) -> bool:
    """A script of the site's own, or data for machines."""
    return script.get("src", "").startswith("/static/") or script.get("type") == "application/ld+json"


def acts(tag: str, name: str, value: str) -> bool:
    plain = "".join(value.split()).lower()
    is_handler = name.startswith("on") or name in ("style", "srcdoc")
    is_address = name in ("href", "src", "action", "formaction", "xlink:href", "poster", "background", "data")
    return is_handler or (is_address and plain.startswith(ACTING)) or (tag == "meta" and name == "http-equiv")
