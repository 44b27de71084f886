"""The relay: whatever takes our mail. An SMTP server, a provider's API, or in development a mailbox on the disk.

Each kind takes one finished message and answers with an `Answer`; what that means for the copy is decided in `sending`.
"""

import enum
import mailbox
import re
import smtplib
import ssl
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default as default_policy
from functools import cache
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

SCHEMES = ("smtp", "smtp+tls", "smtp+ssl", "smtps")
MESSAGES_A_CONNECTION = 100
# How many times longer than other answers the one to a finished mail is waited for: who gives up on that one sends the
# mail twice (RFC 5321, 4.5.3.2.6).
DOT_PATIENCE = 6
DOT_AT_START = re.compile(rb"(?m)^\.")
MAILBOX_KEEPS = 300


class Verdict(enum.Enum):
    """What an answer means."""

    SENT = "sent"
    LATER = "later"
    REFUSED = "refused"
    # The receiving domain wants fewer mails for a while.
    SLOW_DOWN = "slow down"
    # The relay itself is not to be had, or does not take our sender or login: no address is to blame.
    CLOSED = "closed"


@dataclass(frozen=True)
class Answer:
    """What the relay said."""

    verdict: Verdict
    words: str = ""


class Relay(Protocol):
    """One connection, used by one thread."""

    def send(self, sender: str, address: str, data: bytes) -> Answer:
        """Hand over one message."""

    def close(self) -> None:
        """Say goodbye."""


def open_relay() -> Relay:
    """Give a relay as the settings name it; nothing is connected yet."""
    if settings.EMAIL_URL:
        return SmtpRelay(settings.EMAIL_URL, timeout=settings.EMAIL_TIMEOUT)
    if settings.EMAIL_PROVIDER:
        return ProviderRelay(settings.EMAIL_PROVIDER)
    return MailboxRelay()


class SmtpRelay:
    """A kept SMTP connection; EMAIL_URL is smtp:// (plain), smtp+tls:// (STARTTLS) or smtps:// (TLS from the start)."""

    def __init__(self, url: str, *, timeout: float) -> None:
        self.parts = urlsplit(url)
        self.timeout = timeout
        self.connection: smtplib.SMTP | None = None
        self.sent = 0

    def send(self, sender: str, address: str, data: bytes) -> Answer:
        """Hand over one message; a server that closes a long conversation is called once more."""
        fresh = self.connection is None
        answer = self._try(sender, address, data)
        if answer.verdict == Verdict.CLOSED and not fresh:
            return self._try(sender, address, data)
        return answer

    def _try(self, sender: str, address: str, data: bytes) -> Answer:
        try:
            connection = self.connection or self._connect()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Answer(Verdict.CLOSED, _words(error))
        try:
            return self._converse(connection, sender, address, data)
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return Answer(Verdict.LATER, _words(error))

    def _converse(self, connection: smtplib.SMTP, sender: str, address: str, data: bytes) -> Answer:
        body = " BODY=8BITMIME" if connection.has_extn("8bitmime") else ""
        try:
            replies = _say(connection, [f"MAIL FROM:<{sender}>{body}", f"RCPT TO:<{address}>", "DATA"])
        except UnicodeEncodeError:
            self._reset(connection)
            return Answer(Verdict.REFUSED, "The mail server does not take addresses with these letters.")
        if not replies:  # It went away between two mails.
            self._drop()
            return Answer(Verdict.CLOSED, "The mail server closed the connection.")
        refusals = [reply for reply in replies if not 200 <= reply[0] < 400]
        if not refusals:
            return self._judge(connection, *self._hand_over(connection, data))
        if replies[-1][0] == 354:  # It waits for a mail although it takes no recipient.
            self._drop()
        if refusals[0] is replies[0]:
            self._drop()
            return Answer(Verdict.CLOSED, _reply(*refusals[0]))
        return self._judge(connection, *refusals[0])

    def _hand_over(self, connection: smtplib.SMTP, data: bytes) -> tuple[int, bytes]:
        quoted = DOT_AT_START.sub(b"..", data) if b"\n." in data else data
        connection.send(quoted + (b".\r\n" if data.endswith(b"\r\n") else b"\r\n.\r\n"))
        line = connection.sock
        if line is not None:
            line.settimeout(self.timeout * DOT_PATIENCE)
        answer = connection.getreply()
        if line is not None:
            line.settimeout(self.timeout)
        return answer

    def _judge(self, connection: smtplib.SMTP, code: int, words: bytes) -> Answer:
        reply = _reply(code, words)
        if 200 <= code < 300:
            self.sent += 1
            if self.sent >= MESSAGES_A_CONNECTION:
                self.close()
            return Answer(Verdict.SENT, reply)
        if code == 421:
            self._drop()
            return Answer(Verdict.SLOW_DOWN if b"4.7." in words else Verdict.CLOSED, reply)
        self._reset(connection)
        if code == 552 or code < 500:  # 552 "too many" is temporary: RFC 5321, 4.5.3.1.10.
            return Answer(Verdict.SLOW_DOWN if b"4.7." in words else Verdict.LATER, reply)
        return Answer(Verdict.REFUSED, reply)

    def _connect(self) -> smtplib.SMTP:
        host, is_wrapped = self.parts.hostname or "localhost", self.parts.scheme in ("smtps", "smtp+ssl")
        port = self.parts.port or (465 if is_wrapped else 587 if self.parts.scheme == "smtp+tls" else 25)
        name = settings.SITE_HOST
        connection: smtplib.SMTP
        if is_wrapped:
            connection = smtplib.SMTP_SSL(host, port, name, timeout=self.timeout, context=self._tls())
        else:
            connection = smtplib.SMTP(host, port, name, timeout=self.timeout)
        if self.parts.scheme == "smtp+tls":
            connection.starttls(context=self._tls())
        if self.parts.username:
            connection.login(unquote(self.parts.username), unquote(self.parts.password or ""))
        connection.ehlo_or_helo_if_needed()
        self.connection, self.sent = connection, 0
        return connection

    def _tls(self) -> ssl.SSLContext:
        return _tls_context(parse_qs(self.parts.query).get("ca", [""])[0])

    def _reset(self, connection: smtplib.SMTP) -> None:
        try:
            connection.rset()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def _drop(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def close(self) -> None:
        """Say goodbye, without minding whether it is heard."""
        connection, self.connection = self.connection, None
        if connection is not None:
            try:
                connection.quit()
            except (OSError, smtplib.SMTPException):
                connection.close()


class ProviderRelay:
    """A provider's API through Anymail."""

    def __init__(self, provider: str) -> None:
        self.connection = get_connection(f"anymail.backends.{provider}.EmailBackend")

    def send(self, sender: str, address: str, data: bytes) -> Answer:
        """Hand over one message; the provider queues it, and reports later what became of it."""
        from_bytes = message_from_bytes(data, policy=default_policy)
        text, html = from_bytes.get_body(("plain",)), from_bytes.get_body(("html",))
        standing = {"subject", "from", "to", "content-type", "mime-version", "content-transfer-encoding"}
        headers = {name: str(value) for name, value in from_bytes.items() if name.lower() not in standing}
        message = EmailMultiAlternatives(
            str(from_bytes["Subject"]),
            text.get_content() if text else "",
            str(from_bytes["From"]),
            [address],
            headers=headers,
            connection=self.connection,
        )
        if html:
            message.attach_alternative(html.get_content(), "text/html")
        for part in from_bytes.walk():
            if part.get_content_type() == "text/calendar":  # No provider takes it as an alternative to the text.
                method = str(part.get_param("method", "PUBLISH"))
                message.attach("invitation.ics", part.get_content(), f"text/calendar; method={method}")
        for part in from_bytes.iter_attachments():
            message.attach(part.get_filename(), part.get_content(), part.get_content_type())
        try:
            message.send()
        except AnymailRecipientsRefused as error:
            return Answer(Verdict.REFUSED, _words(error))
        except AnymailAPIError as error:
            return Answer(_verdict_of(error.status_code), _words(error))
        except Exception as error:
            return Answer(Verdict.LATER, _words(error))
        return Answer(Verdict.SENT)

    def close(self) -> None:
        """Close the session with the provider."""
        self.connection.close()


class MailboxRelay:
    """Catches mail in a folder; the newest few hundred are kept for the Mailbox page."""

    def __init__(self) -> None:
        self.box = mailbox.Maildir(str(settings.VAR / "mailbox"), create=True)
        self.added = 0

    def send(self, sender: str, address: str, data: bytes) -> Answer:
        """Keep one message."""
        self.box.add(data.replace(b"\r\n", b"\n"))
        self.added += 1
        return Answer(Verdict.SENT)

    def close(self) -> None:
        """Drop what is too old to be looked at."""
        if self.added:
            keys = sorted(self.box.keys(), reverse=True)
            for key in keys[MAILBOX_KEEPS:]:
                self.box.discard(key)


def _say(connection: smtplib.SMTP, lines: list[str]) -> list[tuple[int, bytes]]:
    """Say some lines and give the replies, up to the first that is a refusal or where the line is cut.

    They go out together where the server allows it (RFC 2920), which saves the way there and back for each.
    """
    at_once = connection.has_extn("pipelining")
    replies: list[tuple[int, bytes]] = []
    try:
        if at_once:
            connection.send("".join(f"{line}\r\n" for line in lines))
        for line in lines:
            if not at_once:
                connection.putcmd(line)
            replies.append(connection.getreply())
            if replies[-1][0] >= 400 and not at_once:
                break
    except smtplib.SMTPServerDisconnected:
        if replies and replies[-1][0] < 400:
            raise
    return replies


@cache
def _tls_context(certificates: str) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certificates or None)


def _verdict_of(status: int | None) -> Verdict:
    """Say what a provider's HTTP status means; without one, it was not reached.

    A request that it cannot use (400, 422) may be its reader's fault or ours: nobody is blamed. One that it took is not
    made twice, though its answer be strange.
    """
    if status is not None and 200 <= status < 300:
        return Verdict.SENT
    return Verdict.CLOSED if status in (None, 401, 403, 429) or status >= 500 else Verdict.LATER


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]


def _reply(code: int, words: bytes) -> str:
    return f"{code} {words.decode('utf-8', 'replace')}".replace("\n", " ")[:300]
