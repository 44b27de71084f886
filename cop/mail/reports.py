"""Reports about our mails: which address could not be reached, for good or for now, and who complained.

Standard reports (RFC 3464, RFC 5965) are read by their fields; the odd ones by flufl.bounce, which knows Mailman's
collection, and by a few rules. What a server says in words decides whether an address is gone, because its codes often
lie: "550" stands before "mailbox full" as well as before "no such user".
"""

import re
from dataclasses import dataclass
from email.message import Message

from flufl.bounce import all_failures

from cop.mail import letters
from cop.mail.arriving import header
from cop.mail.report_words import HARD, REASONS

TEXT_LIMIT = 60_000
ADDRESS = r"[A-Za-z0-9][A-Za-z0-9.!#$%&'*+/=?^_~-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"

# Why, from the surest words to the vaguest; the first that is found counts. What is hard will not mend by itself.
FIELD = re.compile(r"^(?:rfc822|unknown|x-local|utf-8|dns|smtp|x400)\s*;\s*", re.IGNORECASE)
NAMED = re.compile(
    rf"(?:^[ \t]*(?:>>>[ \t]*)?<?({ADDRESS})>?[ \t]*(?:[:(<]|$)|"
    rf"(?:rcpt to:|rejected recipient|recipients?:?|(?:your )?(?:mail|message) to|to:|addressed to|"
    rf"delivered to|address:?)[ \t]*<?({ADDRESS})>?|"
    rf"final-recipient:[ \t]*rfc822;[ \t]*<?({ADDRESS})>?)",
    re.IGNORECASE | re.MULTILINE,
)
ROBOTS = re.compile(r"(?:mailer-daemon|postmaster|noreply|no-reply|support)@")
# Below it stands what was sent.
ORIGINAL = re.compile(
    r"\n[ \t]*(?:-{2,}|={2,})?[ \t]*(?:(?:this is a copy of|below this line is a copy of|here is a copy of|"
    r"original message|returned message|"
    r"(?:the )?(?:header|text|body) of (?:the )?(?:original )?message|undelivered mail|"
    r"message headers? follow|unsent message|"
    r"included is a copy|received: (?:from|by))|return-path:)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Failure:
    """One address that a report is about: why, in one of our words, whether for good, and the server's own words."""

    address: str
    is_hard: bool
    reason: str
    words: str


@dataclass(frozen=True)
class Report:
    """What a report says: `kind` is "bounce" or "complaint"; nothing for a mail that is no report."""

    kind: str = ""
    failures: tuple[Failure, ...] = ()


def read(message: Message) -> Report:
    """Read a report; never raises for what is in it."""
    if complaint := _complaint(message):
        return complaint
    if _is_vacation(message):
        return Report()
    fields = _by_fields(message)
    if not fields:
        text = _text(message)
        fields = [_told(text, address) for address in _addresses(message, text)]
    unique = {failure.address: failure for failure in reversed(fields)}
    return Report("bounce", tuple(reversed(unique.values()))) if unique else Report()


def _told(text: str, address: str) -> Failure:
    """Judge an address by the words that follow it, or by all of them where those say nothing."""
    near = _words(text, address)
    return Failure(address, *_judged(near if reason_of(near) != "other" else text), near)


def reason_of(words: str) -> str:
    """Give why a server refused, by what it said; "other" where nothing is known."""
    return next((name for name, pattern in REASONS if pattern.search(words)), "other")


def is_hard(words: str) -> bool:
    """Whether a server's refusal says that the address does not exist."""
    return reason_of(words) in HARD


def _judged(words: str, status: str = "") -> tuple[bool, str]:
    reason = reason_of(words)
    if reason == "other" and status:
        reason = reason_of(status)
    return (reason in HARD and not status.startswith("4")), reason


def _complaint(message: Message) -> Report | None:
    for part in message.walk():
        if part.get_content_type() == "message/feedback-report":
            fields = _fields_of(part)
            named = [value for block in fields for value in block.get("original-rcpt-to", [])]
            original = [header(one, "To") for one in message.walk() if one is not message and one.get("To")]
            found = re.findall(ADDRESS, " ".join([*named, *original]))
            if any("not-spam" in value for block in fields for value in block.get("feedback-type", [])):
                return Report()
            return Report(
                "complaint", tuple(Failure(one.lower(), False, "complaint", "") for one in dict.fromkeys(found))
            )
    return None


def _is_vacation(message: Message) -> bool:
    submitted = header(message, "Auto-Submitted").lower()
    return submitted.startswith("auto-replied") and not _looks_like_a_report(message)


def _by_fields(message: Message) -> list[Failure]:
    """Read the parts made for programs (RFC 3464), one block of fields for each address."""
    found = []
    for part in message.walk():
        if part.get_content_type() in ("message/delivery-status", "message/global-delivery-status"):
            for block in _fields_of(part):
                found.extend(_failure(block, message))
    return found


def _failure(block: dict[str, list[str]], message: Message) -> list[Failure]:
    named = [
        FIELD.sub("", value) for name in ("final-recipient", "original-recipient") for value in block.get(name, [])
    ]
    final = [value for value in named if re.search(ADDRESS, value)]
    action = " ".join(block.get("action", ["failed"])).lower()
    if not final or not re.search(r"fail|delay|expand", action) or "deliver" in action.replace("delivery", ""):
        return []
    address = re.findall(ADDRESS, final[-1])[0].lower().rstrip(".")
    status = " ".join(block.get("status", []))
    said = " ".join([*block.get("diagnostic-code", []), *block.get("x-display-name", [])])
    words = said if reason_of(said) != "other" else f"{said} {_text(message)[:4000]}"
    hard, reason = _judged(words, status)
    return [Failure(address, hard and "delay" not in action, reason, (said or status)[:300])]


def _fields_of(part: Message) -> list[dict[str, list[str]]]:
    """Give the blocks of fields in a report's part, also where a server wrote them as plain text."""
    payload = part.get_payload()
    blocks = [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []
    if not blocks:
        text = letters.decoded(part)
        blocks = [_parsed(block) for block in re.split(r"\n\s*\n", text.replace("\r", ""))]
    found = []
    for block in blocks:
        names: dict[str, list[str]] = {}
        for name, value in block.items():
            names.setdefault(name.lower(), []).append(" ".join(letters.cleaned(str(value)).split()))
        found.append(names)
    return found


def _parsed(block: str) -> Message:
    message = Message()
    for name, value in re.findall(r"^([A-Za-z0-9-]+):[ \t]*(.*(?:\n[ \t]+.*)*)", block, re.MULTILINE):
        message.add_header(name, " ".join(value.split()))
    return message


def _addresses(message: Message, text: str) -> list[str]:
    """Give the addresses that a report without fields is about."""
    named = re.findall(ADDRESS, header(message, "X-Failed-Recipients"))
    if named:
        return [one.lower() for one in named]
    try:
        temporary, permanent = all_failures(message)
    except Exception:  # The library reads what anybody may send.
        temporary, permanent = frozenset(), frozenset()
    known = [one.decode("ascii", "ignore").lower() for one in (*sorted(permanent), *sorted(temporary))]
    sender = header(message, "To").lower()
    plain = [one for one in known if re.fullmatch(ADDRESS, one) and one not in sender]
    if plain or not _looks_like_a_report(message):
        return plain or [one for one in known if re.fullmatch(ADDRESS, one)]
    found = [next(one for one in match if one).lower().rstrip(".") for match in NAMED.findall(text)]
    others = [one for one in found if not ROBOTS.match(one) and one not in sender]
    return list(dict.fromkeys(others))[:10] or _returned_to(message)


def _returned_to(message: Message) -> list[str]:
    """Give to whom the mail went that came back."""
    inside = [part for part in message.walk() if part is not message and part.get("To")]
    return re.findall(ADDRESS, header(inside[-1], "To").lower())[:1] if inside else []


def _looks_like_a_report(message: Message) -> bool:
    sender, subject = header(message, "From"), header(message, "Subject")
    return bool(
        message.get_content_type() == "multipart/report"
        or re.search(
            r"mailer-daemon|postmaster|mail delivery|mail administrator|mdaemon|no-?reply|daemon", sender, re.IGNORECASE
        )
        or re.search(
            r"undeliver|returned|failure|failed|delivery|non.?remis|unzustellbar|bounce|delayed|error|"
            r"rejected",
            subject,
            re.IGNORECASE,
        )
    )


def _text(message: Message) -> str:
    """Give what a report says in words, without the mail that it is about."""
    pieces = []
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822" or kind == "text/rfc822-headers":
            break
        if kind == "text/plain":
            pieces.append(letters.decoded(part))
        elif kind == "text/html":
            pieces.append(letters.plain_of_html(letters.decoded(part)))
    text = "\n".join(pieces).replace("\r\n", "\n").replace("\r", "\n")[:TEXT_LIMIT]
    cut = ORIGINAL.search(text)
    return text[: cut.start()] if cut and cut.start() > 20 else text


def _words(text: str, address: str) -> str:
    """Give the lines around an address as the server's own words."""
    at = max(text.lower().find(address), 0)
    return " ".join(text[at : at + 400].split())[:300]
