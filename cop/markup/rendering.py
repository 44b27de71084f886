"""Rendering: Markdown goes in by one door, and one frozen result comes out."""

import re
from dataclasses import dataclass
from html import escape
from threading import local
from xml.etree import ElementTree  # nosec B405 # elements are made, nothing is parsed

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.postprocessors import Postprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from cop.base.errors import Refused
from cop.markup.cleaning import OWN_FILE, clean, plain
from cop.markup.emoji import emoji
from cop.markup.mentions import NAME

# Raised whenever the same source gives other HTML: stored texts are then rendered anew.
VERSION = 2
LIMIT = 30_000

_kept = local()


@dataclass(frozen=True)
class Rendered:
    """What became of a text: clean HTML, plain text, the names mentioned, and the renderer's version."""

    html: str
    text: str
    mentions: tuple[str, ...]
    version: int = VERSION


def render(source: str) -> Rendered:
    """Render Markdown to clean HTML; raise Refused where it is longer than LIMIT characters."""
    source = source.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    if len(source) > LIMIT:
        raise Refused(too_long(len(source)))
    try:
        html, mentions = _convert(source)
    except RecursionError:  # Nested deeper than Python-Markdown can follow: shown as it was typed.
        html, mentions = f"<pre>{escape(source)}</pre>", ()
        del _kept.converter  # It still believes that it stands deep inside a list: later texts would be read so.
    cleaned = clean(html)
    return Rendered(cleaned, plain(cleaned), mentions)


def too_long(length: int) -> str:
    """Give the sentence for a text that is too long."""
    over = length - LIMIT
    return ngettext(
        "This text is %(over)d character too long; shorten it or split it in two.",
        "This text is %(over)d characters too long; shorten it or split it in two.",
        over,
    ) % {"over": over}


def excerpt(text: str, length: int = 280) -> str:
    """Give the start of a plain text, cut at a word, with an ellipsis where something was cut."""
    text = " ".join(text.split())
    if len(text) <= length:
        return text
    return text[: length - 1].rsplit(" ", 1)[0].rstrip(" ,;:.–—-") + "…"


def _convert(source: str) -> tuple[str, tuple[str, ...]]:
    converter: _Converter | None = getattr(_kept, "converter", None)
    if converter is None:
        converter = _kept.converter = _build()
    converter.reset()
    converter.mentions = {}
    return converter.convert(source), tuple(converter.mentions)


class _Converter(Markdown):
    """A renderer that notes who is mentioned."""

    mentions: dict[str, None]


def _build() -> _Converter:
    converter = _Converter(
        extensions=[
            "sane_lists",
            "tables",
            "nl2br",
            "footnotes",
            "pymdownx.superfences",
            "pymdownx.highlight",
            "pymdownx.betterem",
            "pymdownx.tilde",
            "pymdownx.tasklist",
            "pymdownx.magiclink",
            _House(),
        ],
        extension_configs={
            "footnotes": {"SEPARATOR": "-", "UNIQUE_IDS": False, "BACKLINK_TITLE": _("Back to the text")},
            "tables": {"use_align_attribute": True},
            "pymdownx.highlight": {"guess_lang": False, "use_pygments": True, "anchor_linenums": False},
        },
        output_format="html",
    )
    converter.preprocessors.deregister("html_block")
    converter.inlinePatterns.deregister("html")
    converter.parser.blockprocessors.deregister("setextheader")
    return converter


class _House(Extension):
    """What this house adds: guards, mentions, headings below the page's own, images of this site alone."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 — the name that Python-Markdown calls
        md.treeprocessors.register(_BracketGuard(md), "bracket_guard", 21)
        md.treeprocessors.register(_Finish(md), "house_finish", 5)
        md.postprocessors.register(_BracketsBack(md), "brackets_back", 0)
        md.inlinePatterns.register(_Mention(rf"(?<![\w@/.])@({NAME})", md), "mention", 25)
        md.inlinePatterns.register(_Emoji(r"(?<![\w:/]):([a-z0-9_+-]{1,40}):(?![\w:])", md), "emoji", 24)


BRACKET = "\ue05b"
MANY_BRACKETS = 200


class _BracketGuard(Treeprocessor):
    """Python-Markdown looks for a link behind each "[" to the end of the text: thousands of them would take minutes."""

    def run(self, root: ElementTree.Element) -> None:
        for element in root.iter():
            for place in ("text", "tail"):
                text = getattr(element, place)
                if text and not isinstance(text, AtomicString) and text.count("[") > MANY_BRACKETS:
                    setattr(element, place, text.replace("[", BRACKET))


class _BracketsBack(Postprocessor):
    """Puts back what the guard took."""

    def run(self, text: str) -> str:
        return text.replace(BRACKET, "[")


class _Mention(InlineProcessor):
    """@name becomes a marked word; who is meant is decided where the text is used."""

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[ElementTree.Element, int, int]:
        if isinstance(self.md, _Converter):
            self.md.mentions[m[1]] = None
        element = ElementTree.Element("span", {"class": "mention"})
        element.text = AtomicString(m[0])
        return element, m.start(0), m.end(0)


class _Emoji(InlineProcessor):
    """:seedling: becomes the sign itself; a word between colons that names none stays."""

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[str | None, int | None, int | None]:
        sign = emoji().get(m[1])
        return (sign, m.start(0), m.end(0)) if sign else (None, None, None)


class _Finish(Treeprocessor):
    """Headings start at the second level; an image from elsewhere becomes a link, so that no reader is tracked.

    Who is named in a quotation alone is not called: their name stands there because somebody else called them.
    """

    def run(self, root: ElementTree.Element) -> None:
        self._leave_out_quoted(root)
        for element in root.iter():
            if re.fullmatch(r"h[1-5]", element.tag):
                element.tag = f"h{int(element.tag[1]) + 1}"
            elif element.tag == "img":
                self._image(element)

    def _leave_out_quoted(self, root: ElementTree.Element) -> None:
        quoted = {id(within) for quotation in root.iter("blockquote") for within in quotation.iter()}
        called = [one for one in root.iter("span") if one.get("class") == "mention" and id(one) not in quoted]
        names = {(one.text or "").removeprefix("@") for one in called}
        if isinstance(self.md, _Converter):
            self.md.mentions = {name: None for name in self.md.mentions if name in names}

    def _image(self, element: ElementTree.Element) -> None:
        source, alt = element.get("src", ""), element.get("alt", "")
        if OWN_FILE.fullmatch(source):
            element.set("loading", "lazy")
            return
        element.tag = "a"
        element.attrib.clear()
        element.set("href", source)
        element.text = AtomicString(alt or source)
