"""The secret words in the links of mails."""

import re
import secrets


def new_token() -> str:
    """Give 192 random bits as 32 characters of `A-Za-z0-9_-`."""
    return secrets.token_urlsafe(24)


def is_token(text: str) -> bool:
    """Whether this can be a token at all: what people type into the address bar need not be text for a database."""
    return re.fullmatch(r"[A-Za-z0-9_-]{1,43}", text) is not None
