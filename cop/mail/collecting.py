"""Collecting mail from a mailbox (IMAP): what is unread is stored, and marked as read once it is."""

import imaplib
import logging
import re
import ssl
from urllib.parse import unquote, urlsplit

from django.conf import settings

from cop.mail import taking_in

logger = logging.getLogger(__name__)

AT_ONCE = 50
PATIENCE = 30.0


def collect() -> int:
    """Take in what is unread in the mailbox of INCOMING_IMAP_URL; give how many mails that was.

    A mail is marked as read only after it was stored: killed in between, it is taken twice and kept once.
    """
    if not settings.INCOMING_IMAP_URL:
        return 0
    box = open_box(settings.INCOMING_IMAP_URL)
    try:
        return _collect_from(box)
    finally:
        try:
            box.logout()
        except (OSError, imaplib.IMAP4.error):
            logger.info("The mailbox said no goodbye")


def open_box(url: str) -> imaplib.IMAP4:
    """Open the folder that a URL names: imaps://user:password@host/INBOX, imap:// without TLS."""
    parts = urlsplit(url)
    host, folder = parts.hostname or "localhost", unquote(parts.path.strip("/")) or "INBOX"
    box: imaplib.IMAP4
    if parts.scheme == "imaps":
        box = imaplib.IMAP4_SSL(host, parts.port or 993, ssl_context=ssl.create_default_context(), timeout=PATIENCE)
    else:
        box = imaplib.IMAP4(host, parts.port or 143, timeout=PATIENCE)
    box.login(unquote(parts.username or ""), unquote(parts.password or ""))
    status, _answer = box.select(f'"{folder}"')
    if status != "OK":
        raise imaplib.IMAP4.error(f"There is no folder {folder}")
    return box


def _collect_from(box: imaplib.IMAP4) -> int:
    _status, found = box.uid("SEARCH", "UNSEEN")
    uids = found[0].split()[:AT_ONCE] if found and found[0] else []
    for uid in uids:
        _status, parts = box.uid("FETCH", uid, "(RFC822.SIZE BODY.PEEK[])")
        raw = next((part[1] for part in parts if isinstance(part, tuple)), b"")
        if raw:
            taking_in.take_in(raw, door="imap", envelope_sender=_return_path(raw))
        box.uid("STORE", uid, "+FLAGS", r"(\Seen)")
    return len(uids)


def _return_path(raw: bytes) -> str | None:
    """Give the envelope's sender as the receiving server noted it, empty for a report; None where it did not."""
    found = re.search(rb"(?im)^Return-Path:[ \t]*<([^>\r\n]*)>", raw[:20_000])
    return found[1].decode("ascii", "replace") if found else None
