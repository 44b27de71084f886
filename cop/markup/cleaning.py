"""The one policy on foreign HTML: what may stay. bleach cleans first, nh3 after it with the same lists.

bleach gets no more fixes, so it never stands alone; each of the two drops what the other lets through.
"""

import re
from collections.abc import Callable, Iterator
from html import unescape
from threading import local
from typing import Any
from urllib.parse import urlsplit

import nh3
from bleach.html5lib_shim import Filter  # type: ignore[attr-defined]
from bleach.sanitizer import Cleaner
from django.utils.translation import gettext as _

TAGS = frozenset(
    [
        "a",
        "abbr",
        "b",
        "blockquote",
        "br",
        "caption",
        "code",
        "dd",
        "del",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "input",
        "ins",
        "kbd",
        "li",
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "u",
        "ul",
        "var",
    ]
)
PROTOCOLS = frozenset(["http", "https", "mailto"])
REL = "nofollow ugc noopener"
# Only what the renderer itself writes: footnotes, highlighted code, mentions, task lists.
CLASSES = re.compile(
    r"highlight|footnote(-ref|-backref)?|mention|task-list(-item|-control|-indicator)?|[a-z][a-z0-9]{0,2}"
)
FOOTNOTE = re.compile(r"fn(ref)?\d*-[A-Za-z0-9_-]{1,60}")
OWN_FILE = re.compile(r"/files/\d+/[^/?#\s]*(\?w=\d{1,5})?")
DIGITS = re.compile(r"\d{1,5}")
ALIGN = re.compile(r"left|right|center")


def allowed(tag: str, name: str, value: str) -> bool:
    """Say whether an attribute may stay on a tag with this value."""
    if name == "class":
        return bool(value.split()) and all(CLASSES.fullmatch(word) for word in value.split())
    if name == "id":
        return tag in ("li", "sup") and bool(FOOTNOTE.fullmatch(value))
    return (tag, name) in _CHECKS and _CHECKS[tag, name](value)


def _link(value: str) -> bool:
    try:
        parts = urlsplit(unescape(value).strip())
    except ValueError:
        return False
    if parts.scheme:
        return parts.scheme.lower() in PROTOCOLS and (parts.scheme.lower() == "mailto" or bool(parts.netloc))
    # A browser leaves out tabs and line ends, and takes a backslash for a slash: "/\\host" would lead to that host.
    read = re.sub(r"[\t\r\n]", "", unescape(value)).strip().replace("\\", "/")
    return value.startswith(("/", "#")) and not read.startswith("//")


_CHECKS: dict[tuple[str, str], Callable[[str], bool]] = {
    ("a", "href"): _link,
    ("a", "title"): lambda value: True,
    ("a", "rel"): lambda value: True,
    ("abbr", "title"): lambda value: True,
    ("img", "src"): lambda value: bool(OWN_FILE.fullmatch(value)),
    ("img", "alt"): lambda value: True,
    ("img", "title"): lambda value: True,
    ("img", "width"): lambda value: bool(DIGITS.fullmatch(value)),
    ("img", "height"): lambda value: bool(DIGITS.fullmatch(value)),
    ("img", "loading"): lambda value: value == "lazy",
    ("input", "type"): lambda value: value == "checkbox",
    ("input", "checked"): lambda value: True,
    ("input", "disabled"): lambda value: True,
    ("input", "aria-label"): lambda value: True,
    ("ol", "start"): lambda value: bool(DIGITS.fullmatch(value)),
    ("td", "align"): lambda value: bool(ALIGN.fullmatch(value)),
    ("th", "align"): lambda value: bool(ALIGN.fullmatch(value)),
}
ATTRIBUTES = {tag: {name for owner, name in _CHECKS if owner == tag} | {"class"} for tag in TAGS}
for tag_with_id in ("li", "sup"):
    ATTRIBUTES[tag_with_id].add("id")

# Elements whose text nobody was meant to read: dropped whole, not only their tags.
UNREAD = re.compile(r"<(script|style|template|noscript|iframe|object|title|svg|math)\b.*?(</\1\s*>|\Z)", re.S | re.I)
LIMIT = 500_000

_kept = local()


class _Finish(Filter):
    """Gives every link its rel, and drops images and boxes of which nothing useful is left."""

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for token in super().__iter__():
            name, data = token.get("name"), token.get("data")
            if token["type"] in ("StartTag", "EmptyTag"):
                if name == "a" and (None, "href") in data:
                    data[None, "rel"] = REL
                if name == "img" and (None, "src") not in data:
                    continue
                if name == "input":
                    if data.get((None, "type")) != "checkbox":
                        continue
                    data[None, "disabled"] = ""
                    data[None, "aria-label"] = _("done") if (None, "checked") in data else _("to do")
            yield token


def clean(html: str) -> str:
    """Give the harmless part of foreign HTML: links of http, https and mailto, own images, no script, no style."""
    cleaner = getattr(_kept, "cleaner", None)
    if cleaner is None:
        cleaner = _kept.cleaner = Cleaner(
            tags=TAGS, attributes=allowed, protocols=PROTOCOLS, strip=True, filters=[_Finish]
        )
    return second(cleaner.clean(UNREAD.sub("", html[:LIMIT])))


def second(html: str) -> str:
    """Clean with nh3 alone, after the same lists."""
    return nh3.clean(
        html,
        tags=set(TAGS),
        attributes=ATTRIBUTES,
        attribute_filter=lambda tag, name, value: value if name == "rel" or allowed(tag, name, value) else None,
        link_rel=None,
        url_schemes=set(PROTOCOLS),
    )


def plain(html: str) -> str:
    """Give the text of foreign HTML, white space folded: for titles, summaries and search."""
    spaced = re.sub(r"<(br|/?(p|div|li|tr|h[1-6]|blockquote|td|th))\b", r" <\1", html[:LIMIT], flags=re.I)
    return " ".join(unescape(nh3.clean(UNREAD.sub(" ", spaced), tags=set())).split())
