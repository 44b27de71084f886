"""Whether a mail is from whom it says, as far as the receiving server found out (RFC 8601).

Only results of the host named by INCOMING_AUTH_HOST count: anybody can write such a header into a mail.
"""

import re
from email.message import Message

from django.conf import settings

from cop.mail.arriving import sender_of

PASSED, FAILED, UNKNOWN = "passed", "failed", ""
RESULT = re.compile(r"\b(dmarc|dkim|spf|arc)\s*=\s*([a-z]+)((?:\s+[a-z.]+=\S+|\s+\([^)]*\))*)", re.IGNORECASE)
DOMAIN = re.compile(r"(?:header\.(?:d|i|from)|smtp\.(?:mailfrom|mail))=(?:[^\s@;]*@)?([^\s;]+)", re.IGNORECASE)


def verdict(message: Message) -> str:
    """Say whether the sender's domain vouches for the mail, denies it, or says nothing that we believe."""
    domain = sender_of(message).rpartition("@")[2]
    if not settings.INCOMING_AUTH_HOST or not domain:
        return UNKNOWN
    found = [result for text in _believed(message) for result in RESULT.findall(text)]
    by_kind = {(kind.lower(), value.lower()): rest for kind, value, rest in found}
    if ("dmarc", "pass") in by_kind:
        return PASSED
    if ("dmarc", "fail") in by_kind:
        return FAILED
    aligned = [kind for (kind, value), rest in by_kind.items() if value == "pass" and _is_aligned(domain, rest)]
    if aligned:
        return PASSED
    values = {value for (kind, value) in by_kind if kind in ("spf", "dkim")}
    return FAILED if values and values <= {"fail", "permerror"} else UNKNOWN


def _believed(message: Message) -> list[str]:
    """Give the results that our own receiving server wrote: the topmost are its own."""
    texts = [" ".join(str(value).split()) for value in message.get_all("Authentication-Results", [])[:20]]
    ours = settings.INCOMING_AUTH_HOST.lower()
    return [text.partition(";")[2] for text in texts if text.partition(";")[0].strip().split(" ")[0].lower() == ours][
        :3
    ]


def _is_aligned(domain: str, rest: str) -> bool:
    """Whether the result is about the sender's own domain, or one above or below it."""
    names = [name.lower().strip(".") for name in DOMAIN.findall(rest)]
    return any(
        name == domain or domain.endswith(f".{name}") or name.endswith(f".{domain}") for name in names if "." in name
    )
