"""Reading a mail that a stranger's program wrote: whatever is broken in it, something readable comes out.

Text is taken from text/plain where there is some, else from HTML; format=flowed (RFC 3676) is joined; charsets that lie
or that nobody knows are read as well as can be.
"""

import email
import email.policy
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from html.parser import HTMLParser

MESSAGE_ID = re.compile(r"<([^<>\s]+)>")
# What a list adds below: where nothing else is plain text, the mail is read from its HTML.
FOOTER = re.compile(r"\s*_{20,}")
LINK_LIMIT = 200
TEXT_LIMIT = 400_000
PARTS_LIMIT = 200
REPLY_PREFIX = re.compile(
    r"^\s*(?:(?:re|aw|sv|antw|odp|vs|ref|rif|tr|fwd?|wg)\s*(?:\[\d+\])?\s*:|\[[^\]]{1,40}\])\s*", re.IGNORECASE
)


@dataclass(frozen=True)
class Letter:
    """What a mail says; `references` are the Message-IDs above it, the nearest last, `date` is UTC or None."""

    message_id: str
    references: list[str]
    subject: str
    name: str
    address: str
    date: datetime | None
    text: str
    attachments: list[str] = field(default_factory=list)
    is_html: bool = False

    @property
    def is_reply(self) -> bool:
        """Whether its headers or its subject say that it answers something."""
        return bool(self.references) or bool(
            re.match(r"\s*(re|aw|sv|antw)\s*(\[\d+\])?\s*:", self.subject, re.IGNORECASE)
        )

    @property
    def topic(self) -> str:
        """Its subject without "Re:" and the list's tag."""
        subject = self.subject
        while (shorter := REPLY_PREFIX.sub("", subject, count=1)) != subject:
            subject = shorter
        return subject.strip()


def read(raw: bytes) -> Letter:
    """Read one mail; never raises for what is in it."""
    return read_message(email.message_from_bytes(raw, policy=email.policy.compat32))


def read_message(message: Message) -> Letter:
    """Read a mail that was parsed before; never raises for what is in it."""
    name, address = _sender(message)
    texts, attachments, is_html = _texts(message)
    return Letter(
        message_id=message_id_of(message),
        references=_references(message),
        subject=" ".join(header(message, "Subject").split()),
        name=name,
        address=address,
        date=_date(message),
        text=tidy("\n\n".join(texts))[:TEXT_LIMIT],
        attachments=attachments,
        is_html=is_html,
    )


def header(message: Message, name: str) -> str:
    """Give a header as text, decoded as well as can be."""
    value = message.get(name)
    if value is None:
        return ""
    try:
        return str(make_header(decode_header(str(value)))).replace("\0", "")
    except (LookupError, ValueError, UnicodeError, email.errors.MessageError):
        return str(value).encode("utf-8", "replace").decode("utf-8", "replace").replace("\0", "")


def message_id_of(message: Message) -> str:
    """Give a mail's Message-ID without its brackets; empty where it has none."""
    text = header(message, "Message-ID")
    found = MESSAGE_ID.search(text)
    return (found[1] if found else text.strip().strip("<>").split(" ")[0])[:255]


def _references(message: Message) -> list[str]:
    """Give the ids that the headers name, oldest first; In-Reply-To counts as the nearest (RFC 5322, 3.6.4)."""
    found = MESSAGE_ID.findall(header(message, "References"))[-LINK_LIMIT:]
    answered = MESSAGE_ID.findall(header(message, "In-Reply-To"))[:1]
    chain = [one[:255] for one in [*found, *answered]]
    return [one for place, one in enumerate(chain) if one not in chain[place + 1 :]]


def _sender(message: Message) -> tuple[str, str]:
    found = header(message, "From") or header(message, "Sender")
    # Pipermail writes "ana at example.org (Ana Silva)".
    found = re.sub(r"(\S+) at (\S+\.\S+)", r"\1@\2", found)
    name, address = next(iter(getaddresses([found])), ("", ""))
    name = re.sub(r"\s+via\s+.*$", "", name, flags=re.IGNORECASE).strip(" '\"")
    reply_to = next(iter(getaddresses([header(message, "Reply-To")])), ("", ""))[1]
    is_list = " via " in found.lower() and "@" in reply_to
    return ("" if "@" in name else name)[:120], (reply_to if is_list else address).strip().lower()[:254]


def _date(message: Message) -> datetime | None:
    for name in ("Date", "Received"):
        text = header(message, name).rpartition(";")[2].strip()
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        try:
            moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
        if 1970 <= moment.year <= 2200:
            return moment
    return None


def _texts(message: Message) -> tuple[list[str], list[str], bool]:
    """Give the texts to read, the names of attachments, and whether the text was made from HTML."""
    plain: list[str] = []
    html: list[str] = []
    attachments: list[str] = []
    for number, part in enumerate(message.walk()):
        if number > PARTS_LIMIT:
            break
        if part.is_multipart():
            continue
        kind = part.get_content_type()
        name = part.get_filename()
        if name or part.get_content_disposition() == "attachment" or not kind.startswith("text/"):
            if not kind.startswith(("application/pgp-signature", "multipart/")):
                attachments.append(cleaned(name or kind)[:200])
            continue
        text = decoded(part)
        if kind == "text/html":
            html.append(text)
        elif str(part.get_param("format", "")).lower() == "flowed":
            plain.append(unflowed(text, is_delsp=str(part.get_param("delsp", "")).lower() == "yes"))
        else:
            plain.append(text)
    if not html or any(text.strip() and not FOOTER.match(text) for text in plain):
        return plain, attachments, False
    return [*(plain_of_html(text) for text in html), *plain], attachments, True


def cleaned(value: str) -> str:
    """Give a header's value as text, decoded as well as can be."""
    try:
        return str(make_header(decode_header(value)))
    except (LookupError, ValueError, UnicodeError, email.errors.MessageError):
        return value


def decoded(part: Message) -> str:
    """Give the text of a part, by the charset it names or the likeliest one."""
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else str(part.get_payload()).encode("utf-8", "replace")
    given = str(part.get_content_charset("") or "")
    for charset in (given, "utf-8", "windows-1252"):
        try:
            return data.decode(charset).replace("\0", "") if charset else data.decode("utf-8").replace("\0", "")
        except (LookupError, UnicodeError, ValueError):
            continue
    return data.decode("latin-1").replace("\0", "")


def unflowed(text: str, *, is_delsp: bool = False) -> str:
    """Join the soft line breaks of format=flowed (RFC 3676): a line that ends in a space goes on in the next one."""
    lines: list[str] = []
    is_open, depth_before = False, 0
    for raw in text.replace("\r\n", "\n").split("\n"):
        depth = len(raw) - len(raw.lstrip(">"))
        line = raw[depth:].removeprefix(" ")
        if is_open and depth == depth_before and line != "-- ":
            lines[-1] = (lines[-1][:-1] if is_delsp else lines[-1]) + line
        else:
            lines.append(">" * depth + (" " if depth else "") + line)
        is_open, depth_before = line.endswith(" ") and line != "-- ", depth
    return "\n".join(lines)


class _Reader(HTMLParser):
    """Takes the text out of a mail's HTML: lines where blocks end, quotes marked, nothing of style or script."""

    BREAKS = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "table", "ul", "ol"})
    SILENT = frozenset({"style", "script", "head", "title"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines = [""]
        self.depth = 0
        self.silence = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.SILENT:
            self.silence += 1
        elif tag == "blockquote":
            self.depth += 1
            self.lines.append("")
        elif tag in self.BREAKS:
            self.lines.append("- " if tag == "li" else "")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.SILENT:
            self.silence = max(0, self.silence - 1)
        elif tag == "blockquote":
            self.depth = max(0, self.depth - 1)
            self.lines.append("")
        elif tag in ("p", "tr", "table"):
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        if not self.silence:
            words = " ".join(data.split())
            if words:
                start = self.lines[-1]
                mark = ">" * min(self.depth, 20) + " " if self.depth and not start else ""
                space = " " if start and not start.endswith((" ", "-")) and data[:1].isspace() else ""
                self.lines[-1] = f"{mark}{start}{space}{words}" + (" " if data[-1:].isspace() else "")


def plain_of_html(html: str) -> str:
    """Give the text of a mail's HTML."""
    reader = _Reader()
    reader.feed(html[: 4 * TEXT_LIMIT])
    reader.close()
    return "\n".join(line.rstrip() for line in reader.lines)


def tidy(text: str) -> str:
    """Give a text with plain line ends, no trailing spaces and no runs of empty lines."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = [line if line == "-- " else line.rstrip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
