"""Reading a mail that came in, whatever it is: limits first, then its parts, then what its writer wrote."""

import email
import email.policy
import re
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses

from cop.mail import letters, own_addresses, trimming
from cop.mail.letters import Letter
from cop.mail.own_addresses import Own

# No header of a person's mail is longer; a parser would chew on one of megabytes.
HEADER_LIMIT = 10_000
HEADERS_LIMIT = 1_000
# So many lines that may part a MIME message are looked at.
BOUNDARIES_LIMIT = 2_000
PARTS_LIMIT = 200
ADDRESSES_LIMIT = 100
FIELD_END = re.compile(rb"\r?\n(?![ \t])")


@dataclass(frozen=True)
class Part:
    """A file in a mail: an attachment, or an image that the text shows under `content_id`."""

    name: str
    kind: str
    data: bytes
    content_id: str = ""


@dataclass
class Arrived:
    """A mail as a route sees it. `who` is set once somebody confirmed that it is theirs."""

    id: int
    own: Own
    sender: str
    letter: Letter
    text: str
    cut: str
    once: str
    message: Message
    raw: bytes = b""
    parts: list[Part] = field(default_factory=list)
    calendar: bytes = b""
    html: str = ""
    verdict: str = ""
    # Why it counts as written by no person, for the routes that take such mail.
    automatic: str = ""
    who: str = ""

    @property
    def title(self) -> str:
        """The subject without "Re:" and the like."""
        return self.letter.topic


def parse(raw: bytes) -> Message:
    """Parse a mail within limits; one that cannot be parsed at all gives its headers and no text."""
    raw = _within_limits(raw)
    try:
        message = email.message_from_bytes(raw, policy=email.policy.compat32)
        # Nested deeper than Python climbs, it is found out only here.
        for _part in message.walk():
            pass
    except (RecursionError, ValueError, LookupError, AssertionError):
        return BytesHeaderParser(policy=email.policy.compat32).parsebytes(head_of(raw) + b"\r\n\r\n")
    return message


def head_of(raw: bytes) -> bytes:
    """Give a mail's headers as they came."""
    found = re.search(rb"\r?\n\r?\n", raw)
    return raw[: found.start()] if found else raw[:HEADER_LIMIT]


def _within_limits(raw: bytes) -> bytes:
    if b"\n" not in raw:  # As an old Macintosh ends its lines.
        raw = raw.replace(b"\r", b"\n")
    head = head_of(raw)
    body = raw[len(head) :]
    if len(head) > HEADER_LIMIT:
        fields = [one[:HEADER_LIMIT] for one in FIELD_END.split(head)[:HEADERS_LIMIT]]
        head = b"\r\n".join(fields)
    if body.count(b"\n--") > BOUNDARIES_LIMIT:
        body = b"\n--".join(body.split(b"\n--", BOUNDARIES_LIMIT)[:BOUNDARIES_LIMIT])
    return head + body


def header(message: Message, name: str) -> str:
    """Give a header as one line of text."""
    return " ".join(letters.header(message, name).split())


def sender_of(message: Message) -> str:
    """Give the address in From; none where that names nobody, or several."""
    found = {
        address.strip().lower() for _name, address in getaddresses([letters.header(message, "From")]) if "@" in address
    }
    return found.pop()[:254] if len(found) == 1 else ""


def own_address_of(message: Message) -> str:
    """Give the first address of ours that the headers name, where the door did not say for whom the mail is."""
    names = ("X-Original-To", "Delivered-To", "Envelope-To", "To", "Cc", "Resent-To")
    values = [letters.cleaned(value) for name in names for value in message.get_all(name, [])[:20]]
    found = [address for _name, address in getaddresses(values)[:ADDRESSES_LIMIT]]
    ours = [address for address in found if own_addresses.read(address)]
    signed = [address for address in ours if "+" in address]
    return (signed or ours or [""])[0]


def arrived(message: Message, *, id: int, own: Own, once: str, raw: bytes = b"") -> Arrived:  # noqa: A002 — the row's
    """Take a mail apart for a route; messages inside a message are attachments, not text."""
    parts: list[Part] = []
    calendar = b""
    html = ""
    for part in _leaves(message):
        kind = part.get_content_type()
        if kind == "text/calendar" and not calendar:
            calendar = _data(part)
        elif kind == "text/html" and not html and part.get_content_disposition() != "attachment":
            html = letters.decoded(part)
        elif _is_file(part) and len(parts) < PARTS_LIMIT:
            parts.append(_file(part))
    letter = letters.read_message(message)
    trimmed = trimming.trim(letter.text)
    return Arrived(
        id=id,
        own=own,
        sender=sender_of(message),
        letter=letter,
        text=trimmed.text,
        cut=trimmed.cut,
        once=once,
        message=message,
        raw=raw,
        parts=parts,
        calendar=calendar,
        html=html,
    )


def _leaves(message: Message) -> list[Message]:
    """Give the parts without parts; whole messages inside become attachments."""
    found: list[Message] = []
    waiting = [message]
    while waiting and len(found) < PARTS_LIMIT:
        part = waiting.pop()
        if part.get_content_maintype() == "message" and part is not message:
            part.set_payload("")
            continue
        payload = part.get_payload()
        if isinstance(payload, list):
            waiting.extend(one for one in reversed(payload) if isinstance(one, Message))
        else:
            found.append(part)
    return found


def _is_file(part: Message) -> bool:
    kind = part.get_content_type()
    return bool(part.get_filename()) or part.get_content_disposition() == "attachment" or kind.startswith("image/")


def _file(part: Message) -> Part:
    content_id = letters.cleaned(part.get("Content-ID", "")).strip().strip("<>")
    name = letters.cleaned(part.get_filename() or part.get_content_type())[:200]
    return Part(name, part.get_content_type(), _data(part), content_id[:250])


def _data(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
