"""Addresses of ours that take mail: each says what it is for, and carries a signed code or the name of a thing.

INCOMING_ADDRESS is a whole domain ("@in.example.org": reply+CODE@in.example.org) or one mailbox whose server knows plus
addresses ("post@example.org": post+reply.CODE@example.org). Codes are in small letters: some servers fold the case.
"""

import base64
import hmac
import re
from dataclasses import dataclass

from django.conf import settings

# What the codes in one copy of a mail are good for: to answer it, and to do something in its reader's name by a link.
# Whoever sees the one, as in a header, does not have the other.
REPLY = "reply"
LINK = "link"
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
CODE = re.compile(r"[0-9a-z]{1,13}(?:-[0-9a-z]{1,13}){0,3}-[a-z2-7]{16}")
# A column for 64-bit numbers holds no more.
MOST = 2**63 - 1


@dataclass(frozen=True)
class Own:
    """An address of ours: its purpose, and what follows it."""

    purpose: str
    code: str
    address: str


def is_open() -> bool:
    """Whether this site takes mail in."""
    return bool(settings.INCOMING_ADDRESS)


def make(purpose: str, code: str) -> str:
    """Give the address for a purpose; empty where this site takes no mail in."""
    box, _at, domain = settings.INCOMING_ADDRESS.rpartition("@")
    if not domain:
        return ""
    return f"{box}+{purpose}.{code}@{domain}" if box else f"{purpose}+{code}@{domain}"


def read(address: str) -> Own | None:
    """Read an address; None for one that is not ours."""
    box, _at, domain = settings.INCOMING_ADDRESS.rpartition("@")
    local, _at, given = address.strip().strip("<>").rpartition("@")
    if not domain or given.lower() != domain.lower():
        return None
    if box:
        name, _plus, rest = local.partition("+")
        if name.lower() != box.lower():
            return None
        purpose, _dot, code = rest.partition(".")
    else:
        purpose, _plus, code = local.partition("+")
    return Own(purpose.lower(), code, address)


def sign(purpose: str, *numbers: int, secret: str = "") -> str:
    """Give a code for some numbers that only this site can make, good for one purpose."""
    return "-".join([*(_written(number) for number in numbers), _seal(settings.SECRET_KEY, purpose, numbers, secret)])


def opened(purpose: str, code: str) -> tuple[int, ...]:
    """Give the numbers in a code of one purpose, unproven; empty for what cannot be one."""
    if not CODE.fullmatch(code.lower()):
        return ()
    numbers = tuple(int(part, 36) for part in code.lower().split("-")[:-1])
    return numbers if all(number <= MOST for number in numbers) else ()


def is_signed(purpose: str, code: str, *, secret: str = "") -> bool:
    """Whether a code was made by this site for this purpose, with its key or an earlier one."""
    numbers = opened(purpose, code)
    given = code.lower().rpartition("-")[2]
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return bool(numbers) and any(hmac.compare_digest(_seal(key, purpose, numbers, secret), given) for key in keys)


def _seal(key: str, purpose: str, numbers: tuple[int, ...], secret: str) -> str:
    text = f"address:{purpose}:{'-'.join(map(str, numbers))}:{secret}".encode()
    return base64.b32encode(hmac.digest(key.encode(), text, "sha256")[:10]).decode().lower()


def _written(number: int) -> str:
    digits = ""
    while True:
        number, digit = divmod(number, 36)
        digits = DIGITS[digit] + digits
        if not number:
            return digits
