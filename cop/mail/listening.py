"""The LMTP door (RFC 2033): a mail server hands over mail on a socket, and is told at once whether it is stored."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import close_old_connections

from cop.mail import own_addresses, taking_in

logger = logging.getLogger(__name__)

THREADS = 4
MOST_RECIPIENTS = 1_000


class Door:
    """Answers a mail server's commands; the database is spoken to in threads, so that nobody waits for another."""

    def __init__(self) -> None:
        self.threads = ThreadPoolExecutor(THREADS, "lmtp")

    async def handle_RCPT(  # noqa: N802 — aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient of ours; the others are the mail server's to answer."""
        if own_addresses.read(address) is None:
            return "550 5.1.1 There is no such address here"
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Store the mail; one answer for each recipient, as LMTP wants it."""
        raw = envelope.original_content or b""
        store = partial(_store, raw, envelope.mail_from or "", list(envelope.rcpt_tos))
        try:
            await asyncio.get_running_loop().run_in_executor(self.threads, store)
        except Exception:
            logger.exception("A mail could not be stored; the mail server shall try again")
            return "\r\n".join(["451 4.3.0 Try again later"] * len(envelope.rcpt_tos))
        return "\r\n".join(["250 2.0.0 Stored"] * len(envelope.rcpt_tos))


def _store(raw: bytes, sender: str, recipients: list[str]) -> None:
    close_old_connections()
    try:
        taking_in.take_in(raw, door="lmtp", envelope_sender=sender, recipients=recipients)
    finally:
        close_old_connections()


def make_protocol(door: Door) -> LMTP:
    """Give the protocol for one connection."""
    return LMTP(door, data_size_limit=settings.INCOMING_LIMIT, hostname=settings.SITE_HOST, enable_SMTPUTF8=True)


async def listen(*, host: str = "", port: int = 0, path: str = "", ready: Any = None) -> None:
    """Listen on a port, or on a socket in the file system, until cancelled; `ready` is told the port."""
    loop = asyncio.get_running_loop()
    factory = partial(make_protocol, Door())
    server = await loop.create_unix_server(factory, path) if path else await loop.create_server(factory, host, port)
    async with server:
        if ready is not None:
            ready(server.sockets[0].getsockname())
        await server.serve_forever()
