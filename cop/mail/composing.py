"""Composing: a mail's three templates become the bytes of one message, with marks where each copy differs.

The marks are plain ASCII words that nobody writes. Every copy is made by filling them in; nothing is parsed or encoded
again, which is what makes a mailing to many cheap, and a second attempt the same to the byte.
"""

import hmac
import re
import textwrap
from dataclasses import dataclass, field
from email.utils import format_datetime, formataddr, parseaddr
from itertools import repeat
from typing import Any

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context, Template
from django.template.loader import get_template, render_to_string
from django.utils import timezone, translation

from cop.mail import own_addresses

KEY = "xKEYxPLACEx"
TO = "xTOxPLACEx"
MESSAGE_ID = "xIDxPLACEx"
# The code in an address to which exactly this copy is answered.
CODE = "xCODExPLACEx"
# The code in a link that does something in the name of exactly this copy's reader.
LINK = "xLINKxPLACEx"
PLACES = re.compile(b"(" + b"|".join(mark.encode() for mark in (KEY, TO, MESSAGE_ID, CODE, LINK)) + b")")
PURPOSES = {CODE: own_addresses.REPLY, LINK: own_addresses.LINK}
PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]+")
PLAIN_ADDRESS = re.compile(r"[^\s<>\x00-\x1f\x7f]+@[^\s<>@\x00-\x1f\x7f]+")

TEXT_WIDTH = 76
# RFC 5322, 2.1.1: no line over 998 characters; a longer one would have the whole part encoded anew, marks and all.
LINE_LIMIT = 900

_inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True)


@dataclass(frozen=True)
class Letter:
    """What makes a mail besides its templates and their context."""

    from_name: str = ""
    reply_to: str = ""
    list_id: str = ""
    leave_url: str = ""
    is_bulk: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    invitation: "Invitation | None" = None


@dataclass(frozen=True)
class Invitation:
    """What calendar programs read in a mail: an iTIP message (RFC 6047), in which marks stand on lines of their own,
    and a plain calendar file for those that only open files.
    """

    method: str
    calendar: str
    file: str


def compose(name: str, *, context: dict[str, Any], language: str, letter: Letter) -> tuple[str, bytes]:
    """Render templates/mail/<name>.subject.txt, .txt and .html in `language`; give the subject and the marked bytes."""
    context = {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL, "leave_url": letter.leave_url, **context}
    with translation.override(language), timezone.override(timezone.get_default_timezone()):
        subject = one_line(_as_text(f"mail/{name}.subject.txt", context))
        text = wrapped(_as_text(f"mail/{name}.txt", context))
        html = _inliner.inline(render_to_string(f"mail/{name}.html", context))
    message = EmailMultiAlternatives(subject, text, sender(letter.from_name), [TO], headers=headers(letter))
    message.attach_alternative(short_lines(html), "text/html")
    if letter.invitation:
        # Last of the alternatives, as the programs that know calendars choose the last that they know.
        message.attach_alternative(letter.invitation.calendar, f"text/calendar; method={letter.invitation.method}")
        message.attach("event.ics", letter.invitation.file.encode(), "application/ics")
    return subject, seal(message)


def _as_text(template: str, context: dict[str, Any]) -> str:
    """Render plain text: an “&” in a name is an “&” there."""
    made: Template = get_template(template).template  # type: ignore[attr-defined]
    return made.render(Context(context, autoescape=False))


def seal(message: EmailMultiAlternatives) -> bytes:
    """Give the message's bytes; raise ValueError where a mark got lost in an encoding."""
    data: bytes = message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]
    found = PLACES.findall(data)
    parts = [str(part) for part in (message.body, *(part[0] for part in message.alternatives))]
    readers = sum(part.count(TO) for part in parts) + 1

    def is_whole(mark: str) -> bool:
        return found.count(mark.encode()) == sum(map(str.count, [*parts, str(message.extra_headers)], repeat(mark)))

    if (
        not all(is_whole(mark) for mark in (KEY, CODE, LINK))
        or found.count(TO.encode()) != readers
        or found.count(MESSAGE_ID.encode()) != str(message.extra_headers.get("Message-ID")).count(MESSAGE_ID)
    ):
        raise ValueError("a mark was lost when the mail was encoded")
    return data


class Blank:
    """A mailing's message cut at its marks, once, so that each copy is put together from the pieces."""

    def __init__(self, source: bytes, mailing_id: int) -> None:
        self.pieces = PLACES.split(source)
        self.mailing_id = mailing_id
        self.codes = {mark.encode(): purpose for mark, purpose in PURPOSES.items() if mark.encode() in self.pieces}

    def fill(self, key: str, address: str, *, delivery_id: int = 0) -> bytes:
        """Make one copy: the reader's address, a Message-ID that is the same at each attempt, the key, and the codes.

        Raise ValueError where one of them would break out of its place.
        """
        if not PLAIN_KEY.fullmatch(key) or not PLAIN_ADDRESS.fullmatch(address):
            raise ValueError("not an address, or not a key")
        values = {
            KEY.encode(): key.encode(),
            TO.encode(): address.encode(),
            MESSAGE_ID.encode(): message_id(self.mailing_id, key).encode(),
        }
        for mark, purpose in self.codes.items():
            values[mark] = own_addresses.sign(purpose, delivery_id, secret=key).encode()
        return b"".join([values.get(piece, piece) for piece in self.pieces])


def fill_in(source: bytes, *, mailing_id: int, key: str, address: str) -> bytes:
    """Make one copy of a message that is needed only once."""
    return Blank(source, mailing_id).fill(key, address)


def message_id(mailing_id: int, key: str) -> str:
    """Give the left part of a copy's Message-ID, which receivers compare to drop doubles."""
    text = f"message:{mailing_id}:{key}".encode()
    return hmac.digest(settings.SECRET_KEY.encode(), text, "sha256").hex()[:32]


def headers(letter: Letter) -> dict[str, str]:
    """Give the headers that stand in every mail of ours.

    RFC 8058 (one-click leaving), RFC 2919 (List-Id), RFC 3834 (Auto-Submitted).
    """
    found = {
        "Message-ID": f"<{MESSAGE_ID}@{settings.SITE_HOST}>",
        "Date": format_datetime(timezone.now()),
        "Auto-Submitted": "auto-generated",
    }
    if letter.reply_to:
        found["Reply-To"] = letter.reply_to
    if letter.list_id:
        found["List-Id"] = letter.list_id
    if letter.leave_url:
        found |= {"List-Unsubscribe": f"<{letter.leave_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    if letter.is_bulk:
        found["Precedence"] = "bulk"
    return found | letter.headers


def sender(from_name: str) -> str:
    """Give the From header: the site's address under the name of what is mailed."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((one_line(from_name) or name, address))


def address_of(header: str) -> str:
    """Give the address in a From header."""
    return parseaddr(header)[1]


def one_line(text: str) -> str:
    """Give the text without line breaks, which would start a new header."""
    return " ".join(text.split())


def wrapped(text: str) -> str:
    """Wrap a plain text for reading, lists and quotes kept; runs of empty lines become one."""
    lines = [part for line in text.strip().splitlines() for part in _wrap(line.rstrip())]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"


def _wrap(line: str) -> list[str]:
    if line == "--":
        return ["-- "]  # The line above a signature ends in a space, by old custom (RFC 3676, 4.3).
    if len(line) <= TEXT_WIDTH:
        return [line]
    start = re.match(r"\s*(?:(?:[-*•]|\d{1,3}[.)])\s+)?((?:>\s?)*)", line)
    quote = start[1] if start else ""
    indent = quote or " " * (len(start[0]) if start else 0)
    pieces = textwrap.wrap(line, TEXT_WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    return [part for piece in pieces for part in _cut(piece)]


def short_lines(html: str) -> str:
    """Break the lines of an HTML mail between words, so that none is too long for SMTP."""
    return "\n".join(part for line in html.splitlines() for part in _cut(line))


def _cut(line: str) -> list[str]:
    """Cut a line at its last space before LINE_LIMIT bytes; within a word only where that has no space at all."""
    parts = []
    while len(line.encode()) > LINE_LIMIT:
        start = line.encode()[:LINE_LIMIT].decode(errors="ignore")
        at = start.rfind(" ")
        at = at if at > 0 else len(start)
        parts.append(line[:at])
        line = line[at:].removeprefix(" ")
    return [*parts, line]
