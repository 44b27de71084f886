"""Markdown from the HTML of a mail: headings, emphasis, links, lists, quotations and images; nothing of its looks."""

import re
from html.parser import HTMLParser

LENGTH = 400_000
HEADINGS = {f"h{level}": "#" * level for level in range(1, 7)}
SILENT = frozenset({"style", "script", "head", "title", "template"})
BLOCKS = frozenset({"p", "div", "table", "tr", "section", "article", "header", "footer", "pre", "ul", "ol", *HEADINGS})
MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*"}
DEEPEST = 10


class _Writer(HTMLParser):
    """Writes Markdown while it reads; blocks are lines, and a quotation's lines are marked."""

    def __init__(self, images: dict[str, str]) -> None:
        super().__init__(convert_charrefs=True)
        self.images = images
        self.lines = [""]
        self.quotes = self.silence = 0
        self.lists: list[str] = []
        self.links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in SILENT:
            self.silence += 1
        elif tag == "br":
            self.lines.append("")
        elif tag == "blockquote":
            self._break()
            self.quotes = min(self.quotes + 1, DEEPEST)
        elif tag in ("ul", "ol"):
            self._break(is_empty=not self.lists)
            self.lists.append("1. " if tag == "ol" else "- ")
        elif tag == "li":
            self._break(is_empty=False)
            self.lines[-1] = "  " * min(len(self.lists) - 1, DEEPEST) + (self.lists[-1] if self.lists else "- ")
        elif tag in BLOCKS:
            self._break(is_empty=not self.lists)
            self.lines[-1] += f"{HEADINGS[tag]} " if tag in HEADINGS else ""
        elif tag in MARKS:
            self.lines[-1] += MARKS[tag]
        elif tag == "a":
            self.links.append((given.get("href", ""), len(self.lines[-1])))
        elif tag == "img":
            self._image(given)

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self.silence = max(0, self.silence - 1)
        elif tag == "blockquote":
            self._break()
            self.quotes = max(0, self.quotes - 1)
        elif tag in ("ul", "ol"):
            self.lists = self.lists[:-1]
            self._break()
        elif tag in BLOCKS:
            self._break(is_empty=not self.lists)
        elif tag in MARKS:
            self._close_mark(MARKS[tag])
        elif tag == "a" and self.links:
            self._close_link(*self.links.pop())

    def handle_data(self, data: str) -> None:
        if self.silence:
            return
        words = re.sub(r"\s+", " ", data)
        if words == " " and not self.lines[-1]:
            return
        # What would be Markdown only by chance.
        self.lines[-1] += re.sub(r"([\\*_`\[\]])", r"\\\1", words)

    def _break(self, *, is_empty: bool = True) -> None:
        if self.lines[-1].strip():
            self.lines.append("")
        if is_empty and self.lines[-2:-1] != [self._mark()]:
            self.lines[-1:] = [self._mark(), ""]

    def _mark(self) -> str:
        return "> " * self.quotes

    def _close_mark(self, mark: str) -> None:
        line = self.lines[-1]
        if line.endswith(mark):  # Nothing was emphasised.
            self.lines[-1] = line.removesuffix(mark)
        else:
            self.lines[-1] = f"{line.rstrip()}{mark}{' ' if line.endswith(' ') else ''}"

    def _close_link(self, href: str, at: int) -> None:
        line = self.lines[-1]
        words = line[at:].strip()
        if href.startswith(("http://", "https://", "mailto:")) and words and " " not in href and ")" not in href:
            self.lines[-1] = f"{line[:at]}[{words}]({href})"

    def _image(self, given: dict[str, str]) -> None:
        source = given.get("src", "")
        url = self.images.get(source.removeprefix("cid:"), "") if source.startswith("cid:") else ""
        if url:
            alt = re.sub(r"[^\w .-]", "", given.get("alt", ""))[:80]
            self._break()
            self.lines[-1] = f"![{alt}]({url})"
            self._break()

    def text(self) -> str:
        """Give what was written, without runs of empty lines."""
        lines = [line.rstrip() for line in self.lines]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def markdown_of(html: str, *, images: dict[str, str] | None = None) -> str:
    """Give the Markdown of a mail's HTML; `images` are the addresses of images that it holds, by their Content-ID."""
    writer = _Writer(images or {})
    writer.feed(html[:LENGTH])
    writer.close()
    return writer.text()
