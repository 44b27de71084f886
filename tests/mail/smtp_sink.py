"""An SMTP server (RFC 5321) on loopback that counts what it takes, and fails in the ways that real servers do."""

import asyncio
import base64
import itertools
import re
import ssl
import threading
import time
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass, field

MESSAGE_ID = re.compile(rb"^Message-ID: (<[^>]*>)", re.IGNORECASE | re.MULTILINE)
EXTENSIONS = ("8BITMIME", "SIZE 20000000", "PIPELINING")


def server_side_tls(certificate: str) -> ssl.SSLContext:
    """Give the context of a server that has this PEM file with certificate and key."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@dataclass
class Faults:
    """What goes wrong. "Every nth" counts addresses in the order in which they are first seen."""

    latency: float = 0.0  # seconds that each command takes
    mail_answer: str = ""  # the answer to each MAIL, instead of 250
    rcpt_answer: str = ""  # the answer to each RCPT
    refuse_every: int = 0  # 550 for every nth address, for good
    put_off_every: int = 0  # 450 at RCPT or 451 at the dot, in turns, when every nth address is tried first
    cut_every: int = 0  # the line is cut in the middle of DATA, when every nth address is tried first
    lose_every: int = 0  # the mail is taken but the line cut before the answer, when every nth address is tried first
    part_after: int = 0  # 421 after so many mails on one connection
    hang_at: str = ""  # the verb (or "greeting", or ".") that is never answered
    is_old: bool = False  # knows neither EHLO nor any extension
    is_plain: bool = False  # answers EHLO, but offers no extension
    is_eager: bool = False  # asks for the mail though it has refused its reader
    login: str = ""  # "name:password" that AUTH PLAIN has to bring
    certificate: str = ""  # a PEM file with certificate and key: STARTTLS is offered
    is_wrapped: bool = False  # TLS from the first byte, with that certificate

    def tls(self) -> ssl.SSLContext | None:
        """The server's side of TLS, where the first byte is TLS already."""
        return server_side_tls(self.certificate) if self.is_wrapped else None


@dataclass(frozen=True)
class Taken:
    """One mail that the server took."""

    recipient: str
    message_id: str
    at: float
    connection: int
    data: bytes = b""


@dataclass
class Record:
    """What came in so far."""

    taken: list[Taken] = field(default_factory=list)
    attempts: Counter[str] = field(default_factory=Counter)
    ordinals: dict[str, int] = field(default_factory=dict)
    connections: int = 0
    most_open: int = 0
    open: int = 0

    def ordinal(self, address: str) -> int:
        return self.ordinals.setdefault(address, len(self.ordinals) + 1)

    def counts(self) -> Counter[str]:
        """How many mails each address got."""
        return Counter(taken.recipient for taken in self.taken)

    def doubles(self) -> dict[str, set[str]]:
        """The addresses that got more than one mail, each with the different Message-IDs."""
        ids: dict[str, set[str]] = defaultdict(set)
        for taken in self.taken:
            ids[taken.recipient].add(taken.message_id)
        return {address: ids[address] for address, count in self.counts().items() if count > 1}


class Sink:
    """The server, in a thread of its own; `with Sink() as sink: … sink.url`."""

    def __init__(self, faults: Faults | None = None, *, keeps_data: bool = True, port: int = 0) -> None:
        self.faults = faults or Faults()
        self.keeps_data = keeps_data
        self.port = port
        self.record = Record()
        self.conversations: set[Conversation] = set()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def taken(self) -> list[Taken]:
        return self.record.taken

    def __enter__(self) -> "Sink":
        self.thread.start()
        self.open()
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    def open(self) -> None:
        """Listen; on the same port as before, if there was one."""
        self._run(self._open())

    async def _open(self) -> None:
        self.server = await self.loop.create_server(
            lambda: Conversation(self), "127.0.0.1", self.port, reuse_address=True, ssl=self.faults.tls()
        )
        self.port = self.server.sockets[0].getsockname()[1]

    def close(self) -> None:
        """Refuse connections from now on, and cut those that are open."""
        self._run(self._close())

    async def _close(self) -> None:
        self.server.close()
        for conversation in list(self.conversations):
            conversation.cut()

    def _run(self, work) -> None:
        asyncio.run_coroutine_threadsafe(work, self.loop).result(5)


class Conversation(asyncio.Protocol):
    """One connection."""

    def __init__(self, sink: Sink) -> None:
        self.sink, self.faults, self.record = sink, sink.faults, sink.record
        self.buffer = bytearray()
        self.is_data = self.is_secret = self.is_safe = self.is_refused = False
        self.sender = self.recipient = ""
        self.count = self.searched = 0
        self.free_at = 0.0
        self.answers: list[bytes] = []
        self.number = next(_numbers)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        if self.is_safe:
            return
        self.sink.conversations.add(self)
        self.record.connections += 1
        self.record.open += 1
        self.record.most_open = max(self.record.most_open, self.record.open)
        self.say("220 sink ESMTP", "greeting")
        self.flush()

    def connection_lost(self, _error: Exception | None) -> None:
        if self in self.sink.conversations:
            self.sink.conversations.discard(self)
            self.record.open -= 1

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        self.read()
        self.flush()

    def flush(self) -> None:
        """Send the answers to all that has come, together, as servers do."""
        if self.answers and not self.transport.is_closing():
            self.transport.write(b"".join(self.answers))
        self.answers.clear()

    def read(self) -> None:
        """Read what has come whole."""
        while not self.transport.is_closing():
            mark = b"\r\n.\r\n" if self.is_data else b"\r\n"
            end = self.buffer.find(mark, self.searched)
            if end < 0:
                self.searched = max(len(self.buffer) - len(mark), 0)
                if self.is_data and self._fails_now(self.faults.cut_every) and len(self.buffer) > 1000:
                    self.cut()
                return
            piece, self.searched = bytes(self.buffer[:end]), 0
            del self.buffer[: end + len(mark)]
            if self.is_data:
                self.is_data = False
                self.finish(piece)
            else:
                self.obey(piece.decode("utf-8", "replace"))

    def obey(self, line: str) -> None:
        verb, _, rest = line.partition(" ")
        verb = verb.upper()
        if self.is_secret:
            self.is_secret = False
            self.say(self._check(line), "AUTH")
        elif self.faults.part_after and self.count >= self.faults.part_after and verb == "MAIL":
            self.say("421 4.3.2 enough for now; call again", verb)
            self.flush()
            self.transport.close()
        else:
            answer = getattr(self, f"on_{verb.lower()}", self.on_other)(rest)
            if verb in ("MAIL", "RCPT"):
                self.is_refused = answer[0] in "45"
            self.say(answer, verb)
            if verb == "QUIT":
                self.flush()
                self.transport.close()
            if verb == "STARTTLS":
                self.flush()
                self.is_safe = True
                self.sink.loop.create_task(self._secure())

    def on_ehlo(self, _rest: str) -> str:
        if self.faults.is_old:
            return "502 5.5.1 what?"
        names = [*(() if self.faults.is_plain else EXTENSIONS), *(["AUTH PLAIN LOGIN"] if self.faults.login else [])]
        names += ["STARTTLS"] if self.faults.certificate and not (self.is_safe or self.faults.is_wrapped) else []
        lines = ["sink", *names]
        return "\r\n".join([*(f"250-{name}" for name in lines[:-1]), f"250 {lines[-1]}"])

    def on_auth(self, rest: str) -> str:
        _kind, _, secret = rest.partition(" ")
        if secret:
            return self._check(secret)
        self.is_secret = True
        return "334 "

    def _check(self, secret: str) -> str:
        name, _, password = self.faults.login.partition(":")
        is_right = base64.b64decode(secret) == f"\0{name}\0{password}".encode()
        return "235 welcome" if is_right else "535 5.7.8 wrong"

    def on_starttls(self, _rest: str) -> str:
        return "220 go on"

    async def _secure(self) -> None:
        context = server_side_tls(self.faults.certificate)
        with suppress(OSError):
            safe = await self.sink.loop.start_tls(self.transport, self, context, server_side=True)
            assert safe
            self.transport = safe

    def on_mail(self, rest: str) -> str:
        self.sender = rest.partition("<")[2].partition(">")[0]
        return self.faults.mail_answer or "250 ok"

    def on_rcpt(self, rest: str) -> str:
        address = rest.partition("<")[2].partition(">")[0]
        self.record.attempts[address] += 1
        self.recipient = address
        ordinal = self.record.ordinal(address)
        if self.faults.refuse_every and ordinal % self.faults.refuse_every == 0:
            return "550 5.1.1 no such mailbox"
        if self._fails_now(self.faults.put_off_every) and (ordinal // self.faults.put_off_every) % 2:
            return "450 4.2.1 try again later"
        return self.faults.rcpt_answer or "250 ok"

    def on_data(self, _rest: str) -> str:
        if self.is_refused and not self.faults.is_eager:
            return "503 5.5.1 nobody to send it to"
        self.is_data = True
        return "354 go on"

    def on_other(self, _rest: str) -> str:
        return "250 ok"

    def on_quit(self, _rest: str) -> str:
        return "221 bye"

    def _fails_now(self, every: int) -> bool:
        is_first = self.record.attempts[self.recipient] == 1
        return bool(every) and is_first and self.record.ordinal(self.recipient) % every == 0

    def finish(self, data: bytes) -> None:
        """Take the mail, or don't."""
        if self._fails_now(self.faults.cut_every):
            self.cut()
        elif self._fails_now(self.faults.put_off_every):
            self.say("451 4.3.0 try again later", ".")
        else:
            found = MESSAGE_ID.search(data)
            kept = data.replace(b"\r\n..", b"\r\n.") if self.sink.keeps_data else b""
            number = found[1].decode() if found else ""
            self.record.taken.append(Taken(self.recipient, number, time.monotonic(), self.number, kept))
            self.count += 1
            if self._fails_now(self.faults.lose_every):
                self.cut()
            else:
                self.say("250 2.0.0 taken", ".")

    def say(self, text: str, verb: str) -> None:
        if verb == self.faults.hang_at:
            return
        line = text.encode() + b"\r\n"
        if self.faults.latency:
            self.free_at = max(self.free_at, self.sink.loop.time()) + self.faults.latency
            self.sink.loop.call_at(self.free_at, self.transport.write, line)
        else:
            self.answers.append(line)

    def cut(self) -> None:
        """Drop the line without a word."""
        self.transport.abort()


_numbers = itertools.count(1)
