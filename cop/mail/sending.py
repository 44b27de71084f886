"""Sending: several kept connections drain the outbox side by side, and record each result before the next mail."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from cop.mail import answering, bouncing, claiming, closing, gates, outcomes, reports
from cop.mail.alarming import pause_where_many_are_refused
from cop.mail.answering import Results
from cop.mail.claiming import Batch, Copy
from cop.mail.composing import Blank
from cop.mail.models import DeliveryState, Mailing, MailingState
from cop.mail.outcomes import Outcome
from cop.mail.relaying import Answer, Relay, Verdict, open_relay
from cop.mail.ringing import ring

logger = logging.getLogger(__name__)

# Long enough to pay for connecting; short enough that other tasks of the same worker get their turn.
WORK_SECONDS = 60.0
# So many copies are worth a connection of their own.
SHARE = 10
# A relay that has not taken a handful of mails by then is slow enough for all connections.
KNOWN_WITHIN = 0.2
LOOK_AGAIN_SECONDS = 2.0
BATCH_SECONDS = 0.5
EXTEND_EVERY = claiming.LEASE.total_seconds() / 4
MOST_MISHAPS = 3
QUICK_COMMITS = ["SET synchronous_commit = off"]
LITTLE_MEMORY = ["PRAGMA mmap_size = 0", "PRAGMA cache_size = -2000"]


def drain(*, seconds: float = WORK_SECONDS, connections: int = 0) -> int:
    """Send what is due over several connections, for about `seconds` at most; give how many copies were sent.

    Rings for a second worker where there is more than this one takes in hand at once, and again when time is up.
    """
    at = timezone.now()
    if answering.relay_is_closed(at):
        return 0
    claiming.mend_clock(at)
    closing.close_idle()
    most = connections or settings.MAIL_CONNECTIONS
    waiting = claiming.count_due(at, most=most * claiming.BATCH)
    if not waiting:
        return 0
    if waiting == most * claiming.BATCH:
        ring()
    number = min(most, -(-waiting // SHARE))
    until = time.monotonic() + seconds
    workers = [Worker(until, min(claiming.BATCH, max(SHARE, -(-waiting // number)))) for _ in range(number)]
    run_side_by_side(workers)
    if time.monotonic() >= until:
        ring()
    return sum(worker.sent for worker in workers)


def run_side_by_side(workers: "list[Worker]") -> None:
    """Run workers in threads, as many as are worth it, and keep their leases alive meanwhile."""
    first, *others = [threading.Thread(target=worker.run, name="mail") for worker in workers]
    first.start()
    workers[0].pace.is_known.wait(KNOWN_WITHIN)
    threads = [first, *others[: workers[0].pace.connections_worth() - 1]]
    for thread in threads[1:]:
        thread.start()
    extended_at = time.monotonic()
    for thread in threads:
        while thread.is_alive():
            thread.join(EXTEND_EVERY / 4)
            if time.monotonic() - extended_at > EXTEND_EVERY:
                keep_leases([batch for worker in workers for batch in list(worker.in_hand)])
                extended_at = time.monotonic()


def keep_leases(batches: list[Batch]) -> None:
    """Extend the leases of all that is in hand, so that not even a server that hangs outlasts one."""
    try:
        for batch in batches:
            claiming.extend(batch)
    except DatabaseError:
        logger.warning("The leases could not be extended", exc_info=True)


class Pace:
    """How a worker's time divides between waiting for the relay and its own work, by its first few mails."""

    def __init__(self) -> None:
        self.is_known = threading.Event()
        self.mails = 0
        self.began = self.waited = self.took = 0.0

    def note(self, waited: float) -> None:
        """Take in one mail; the first, for which the relay was called, says nothing."""
        if self.is_known.is_set():
            return
        self.mails += 1
        if self.mails == 1:
            self.began = time.monotonic()
            return
        self.waited += waited
        self.took = time.monotonic() - self.began
        if self.mails > SHARE:
            self.is_known.set()

    def connections_worth(self) -> int:
        """Give how many connections keep one thread at work while the others wait for the relay."""
        if self.mails <= SHARE:
            return settings.MAIL_CONNECTIONS
        return max(1, round(self.waited / max(self.took - self.waited, 1e-6)))

    def batch_worth(self) -> int:
        """Give how many copies are sent in BATCH_SECONDS: connections that take less at once end at the same time."""
        if self.mails <= SHARE:
            return claiming.BATCH
        return max(SHARE, round(BATCH_SECONDS * self.mails / max(self.took, 1e-6)))


class Worker:
    """One thread with one connection to the relay and one to the database."""

    def __init__(self, until: float, size: int) -> None:
        self.until = until
        self.size = size
        self.sent = 0
        self.is_stopped = False
        self.in_hand: list[Batch] = []
        self.relay: Relay | None = None
        self.pace = Pace()

    @property
    def goes_on(self) -> bool:
        """Whether there is time left and a relay to talk to."""
        return not self.is_stopped and time.monotonic() < self.until

    @property
    def batch_size(self) -> int:
        return min(self.size, self.pace.batch_worth())

    def run(self) -> None:
        """Take batch after batch until nothing is due. One that fails stays leased; the others are gone on with."""
        mishaps = 0
        try:
            with fitting_connection():
                while self.goes_on and mishaps < MOST_MISHAPS and (batch := claiming.claim(self.batch_size)):
                    try:
                        self.deliver(batch)
                    except DatabaseError:
                        raise
                    except Exception:
                        mishaps += 1
                        logger.exception("Mailing %s could not be sent; it is tried again later", batch.mailing.pk)
        except DatabaseError:
            logger.exception("A mail worker lost the database; what it held is due again in %s", claiming.LEASE)
        finally:
            self.pace.is_known.set()
            if self.relay is not None:
                self.relay.close()
            connection.close()

    def deliver(self, batch: Batch) -> None:
        """Send a batch: one copy after the other, each recorded before the next."""
        self.in_hand.append(batch)
        try:
            results = Results(batch)
            left = self.deliver_copies(batch, results)
            if left:
                claiming.release(batch, left, due_at=timezone.now())
            self.is_stopped = self.is_stopped or results.is_relay_closed
            self.sent += results.sent
            finish(batch, results)
        finally:
            self.in_hand.pop()

    def deliver_copies(self, batch: Batch, results: Results) -> list[Copy]:
        """Send the copies that are wanted, looking again every few seconds; give those that were not come to."""
        blank = Blank(bytes(batch.mailing.source), batch.mailing.pk)
        left, looked_at = pass_gate(batch, list(batch.copies)), time.monotonic()
        left.reverse()
        while left and self.goes_on and not results.is_relay_closed:
            if time.monotonic() - looked_at > LOOK_AGAIN_SECONDS:
                self.deliver_urgent(batch)
                left, looked_at = still_wanted(batch, left), time.monotonic()
                continue
            copy = left.pop()
            if results.is_slow(copy):
                claiming.release(batch, [copy], due_at=timezone.now() + answering.SLOW_DOWN_FOR)
                continue
            wait_for_turn()
            results.record(copy, self.hand_over(batch, copy, blank))
        return left

    def hand_over(self, batch: Batch, copy: Copy, blank: Blank) -> Answer:
        """Fill in one copy and give it to the relay."""
        try:
            data = blank.fill(copy.key, copy.address, delivery_id=copy.id)
        except ValueError as error:
            return Answer(Verdict.REFUSED, str(error))
        self.relay = self.relay or open_relay()
        began = time.monotonic()
        sender = bouncing.return_address(batch.mailing.sender, copy)
        answer = self.relay.send(sender, copy.address, data)
        self.pace.note(time.monotonic() - began)
        return answer

    def deliver_urgent(self, batch: Batch) -> None:
        """Let codes and confirmations overtake a mailing."""
        while not batch.mailing.is_urgent and self.goes_on and (urgent := claiming.claim(SHARE, urgent_only=True)):
            self.deliver(urgent)


@contextmanager
def fitting_connection() -> Iterator[None]:
    """Let a commit on PostgreSQL not wait for the disk, and a connection on SQLite keep little in memory.

    A mark survives any crash of ours; only a crash of the database server forgets its last moments.
    """
    is_postgresql = connection.vendor == "postgresql"
    before = (
        ["SET synchronous_commit = off"] if is_postgresql else ["PRAGMA mmap_size = 0", "PRAGMA cache_size = -2000"]
    )
    with connection.cursor() as cursor:
        for statement in before:
            cursor.execute(statement)
    yield
    # A connection from a pool goes back to others.
    if is_postgresql and connection.connection is not None and not connection.connection.closed:
        with connection.cursor() as cursor:
            cursor.execute("RESET synchronous_commit")


def pass_gate(batch: Batch, copies: list[Copy]) -> list[Copy]:
    """Skip the copies that the mailing's gate keeps back, each with its reason; give the rest."""
    reasons = gates.kept_back(batch.mailing.gate, [copy.key for copy in copies])
    for copy in copies:
        if copy.key in reasons:
            claiming.mark(batch, copy, DeliveryState.SKIPPED, reasons[copy.key])
    return [copy for copy in copies if copy.key not in reasons]


def still_wanted(batch: Batch, copies: list[Copy]) -> list[Copy]:
    """Give what is left of a batch: nothing once the mailing is paused or withdrawn."""
    held = claiming.held(batch, copies)
    if not Mailing.objects.filter(pk=batch.mailing.pk, state=MailingState.SENDING).exists():
        claiming.release(batch, held, due_at=timezone.now())
        return []
    return pass_gate(batch, held)


def finish(batch: Batch, results: Results) -> None:
    """Tell who was refused, close a mailing of which nothing waits any more, and note that the relay works."""
    if results.sent and not results.is_relay_closed:
        answering.open_again()
    if results.refused:
        outcomes.tell([Outcome(*row, is_hard=reports.is_hard(row[2])) for row in results.refused])
        pause_where_many_are_refused(batch.mailing)
    closing.close(batch.mailing.pk)


_turn = threading.Lock()
_next_turn = 0.0


def wait_for_turn() -> None:
    """Hold this process to MAIL_RATE mails a second, where that is set."""
    global _next_turn
    if settings.MAIL_RATE:
        with _turn:
            _next_turn = max(time.monotonic(), _next_turn) + 1 / settings.MAIL_RATE
            wait = _next_turn - time.monotonic()
        time.sleep(max(wait, 0))
