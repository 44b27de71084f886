"""Which of CommonMark's examples come out as its specification says, and why the others do not."""

import json
import re
from html.parser import HTMLParser

import pytest

from cop.markup.rendering import render
from tests.markup.vectors import FOLDER

# By section of the specification: the reason, and the examples that differ because of it.
DIFFERENCES: dict[str, tuple[str, list[int]]] = {
    "Tabs": ("Python-Markdown turns tabs into spaces", [1, 3, 7]),
    "Backslash escapes": ("Python-Markdown escapes fewer characters; raw HTML is text here", [13, 16, 18, 20, 21]),
    "Entity and numeric character references": ("raw HTML is text here; entities in URLs stay", [34, 36, 41]),
    "Thematic breaks": ("a rule needs an empty line before it, or another list mark", [46, 49, 50, 51, 52, 57, 58, 60]),
    "ATX headings": ("Python-Markdown reads “#5” as a heading, and no indented ones", [64, 71, 73, 75, 76]),
    "Setext headings": (
        "switched off: a line of hyphens under a sentence is a signature, not a heading",
        [85, 86, 87, 91, 92, 94, 95, 98, 102, 103, 104, 105, 106],
    ),
    "Indented code blocks": ("Python-Markdown trims blank lines in code", [107, 113, 117]),
    "Fenced code blocks": (
        "fences are indented and closed by stricter rules; languages become highlighted code",
        [120, 124, 125, 126, 127, 128, 129, 130, 136, 140, 141, 147],
    ),
    "HTML blocks": (
        "raw HTML is shown as text",
        [
            148,
            149,
            150,
            151,
            154,
            155,
            156,
            158,
            159,
            161,
            162,
            166,
            167,
            168,
            169,
            170,
            171,
            173,
            174,
            175,
            177,
            178,
            180,
            182,
            185,
            188,
            191,
        ],
    ),
    "Link reference definitions": ("Python-Markdown reads fewer forms of them", [195, 196, 203, 206, 211, 212, 213]),
    "Paragraphs": ("Python-Markdown keeps the indent of later lines", [223, 224]),
    "Block quotes": ("Python-Markdown continues quotes lazily", [232, 236, 237, 238, 242, 243, 246]),
    "List items": (
        "Python-Markdown nests by four spaces, as the original did",
        [253, 254, 262, 263, 264, 265, 268, 271, 273, 274, 277, 280, 283, 285, 286, 288, 289, 290, 292, 293, 294, 300],
    ),
    "Lists": ("Python-Markdown nests by four spaces, as the original did", [301, 305, 309, 318, 319]),
    "Code spans": ("autolinks and raw HTML do not bind before code", [346, 347]),
    "Emphasis and strong emphasis": ("nested runs of marks are read otherwise", [384, 476]),
    "Links": (
        "links need a scheme we allow, or start with / or #; fewer forms are read",
        [484, 494, 496, 499, 500, 504, 506, 508, 517, 518, 519, 520, 522, 538, 540, 543, 549, 559, 569, 571],
    ),
    "Images": ("only this site's images are shown; others become links", [572, 573, 578, 579, 582, 583, 587, 589]),
    "Autolinks": ("only http, https and mailto; bare addresses become links too", [601, 602, 603, 608, 611]),
    "Raw HTML": ("raw HTML is shown as text", [613, 617, 623, 628, 629, 630, 631, 632]),
    "Hard line breaks": ("every line break is one, as people expect who write mails", [634]),
}
LOWER = {f"h{level}": f"h{level + 1}" for level in range(1, 6)}
OURS = ("rel", "loading", "class")


class Outline(HTMLParser):
    """Tags, attributes and words of an HTML text, without what this house adds."""

    def __init__(self, *, lowers_headings: bool) -> None:
        super().__init__()
        self.names = LOWER if lowers_headings else {}
        self.parts: list[object] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("br", "span"):
            self.parts.append((self.names.get(tag, tag), sorted(pair for pair in attrs if pair[0] not in OURS)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("br", "span"):
            self.parts.append(f"/{self.names.get(tag, tag)}")

    def handle_data(self, data: str) -> None:
        if text := re.sub(r"\s+", " ", data).strip():
            self.parts.append(text)


def outline(html: str, *, lowers_headings: bool = False) -> list[object]:
    parser = Outline(lowers_headings=lowers_headings)
    parser.feed(html)
    parser.close()
    return parser.parts


def test_examples_come_out_as_specified_but_for_those_with_a_reason():
    if not FOLDER.exists():
        pytest.skip(f"No shared data at {FOLDER}: set SHARED_DATA")
    examples = json.loads((FOLDER / "commonmark-spec.json").read_text())
    differ: dict[str, list[int]] = {}
    for example in examples:
        if outline(render(example["markdown"]).html) != outline(example["html"], lowers_headings=True):
            differ.setdefault(example["section"], []).append(example["example"])
    assert differ == {section: numbers for section, (_reason, numbers) in DIFFERENCES.items()}
