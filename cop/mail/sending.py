"""Sending: several kept connections drain the outbox side by side, and record each result before the next mail."""

import logging
import random
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from cop.mail import claiming, gates, outcomes
from cop.mail.alarming import pause_where_many_are_refused
from cop.mail.claiming import Batch, Copy
from cop.mail.composing import fill_in
from cop.mail.models import Delivery, DeliveryState, Mailing, MailingState, RelayPause
from cop.mail.relaying import Answer, Relay, Verdict, open_relay
from cop.mail.ringing import ring

logger = logging.getLogger(__name__)

# RFC 5321, 4.5.4.1, with short first steps for our own relay.
BACK_OFF_MINUTES = (1, 5, 15, 30, 60, 120, 240)
GIVE_UP_AFTER = timedelta(days=4)
RELAY_BACK_OFF_SECONDS = (5, 15, 60, 180, 300)
SLOW_DOWN_FOR = timedelta(minutes=15)
LOOK_AGAIN_SECONDS = 2.0
WORK_SECONDS = 200.0


def drain(*, seconds: float = WORK_SECONDS, connections: int = 0) -> int:
    """Send what is due over several connections, for at most some seconds; give how many copies were sent."""
    if relay_is_closed(timezone.now()):
        return 0
    until = time.monotonic() + seconds
    workers = [Worker(until) for _ in range(connections or settings.MAIL_CONNECTIONS)]
    threads = [threading.Thread(target=worker.run, name="mail") for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if time.monotonic() >= until:
        ring()
    return sum(worker.sent for worker in workers)


def relay_is_closed(at: datetime) -> bool:
    """Whether the relay is left alone for a while."""
    limit = at + timedelta(seconds=2 * RELAY_BACK_OFF_SECONDS[-1])
    return RelayPause.objects.filter(closed_until__gt=at, closed_until__lt=limit).exists()


class Worker:
    """One thread with one connection to the relay and one to the database."""

    def __init__(self, until: float) -> None:
        self.until = until
        self.sent = 0
        self.relay: Relay | None = None
        self.is_stopped = False
        self.has_rung = False

    def run(self) -> None:
        """Take batch after batch until nothing is due."""
        try:
            if connection.vendor == "postgresql":
                # A mark survives any crash of ours; only a crash of the database server forgets its last moments.
                with connection.cursor() as cursor:
                    cursor.execute("SET synchronous_commit = off")
            while not self.is_stopped and time.monotonic() < self.until and (batch := claiming.claim()):
                if len(batch.copies) == claiming.BATCH and not self.has_rung:
                    self.has_rung = True
                    ring()
                self.deliver(batch)
        except Exception:
            logger.exception("A mail worker stopped; what it held is due again in %s", claiming.LEASE)
        finally:
            if self.relay is not None:
                self.relay.close()
            connection.close()

    def deliver(self, batch: Batch) -> None:
        """Send a batch: one copy after the other, each recorded before the next."""
        source = bytes(batch.mailing.source)
        refused: list[tuple[str, str, str]] = []
        slow: set[str] = set()
        for copy in self.wanted(batch):
            if copy.domain in slow:
                claiming.release(batch, [copy], due_at=timezone.now() + SLOW_DOWN_FOR)
                continue
            data = fill_in(source, mailing_id=batch.mailing.pk, key=copy.key, address=copy.address)
            self.relay = self.relay or open_relay()
            answer = self.relay.send(batch.mailing.sender, copy.address, data)
            self.record(batch, copy, answer, refused, slow)
            if self.is_stopped:
                break
            wait_for_turn()
        finish(batch, refused)

    def wanted(self, batch: Batch) -> Iterator[Copy]:
        """Give the batch's copies; every few seconds, ask again whether they are wanted and let urgent mail pass."""
        left, looked_at = pass_gate(batch, list(batch.copies)), time.monotonic()
        while left and not self.is_stopped:
            if time.monotonic() - looked_at > LOOK_AGAIN_SECONDS:
                self.deliver_urgent(batch)
                left = still_wanted(batch, left)
                looked_at = time.monotonic()
                if time.monotonic() > self.until:
                    break
                continue
            yield left.pop(0)
        if left:
            claiming.release(batch, left, due_at=timezone.now())

    def deliver_urgent(self, batch: Batch) -> None:
        """Let codes and confirmations overtake a mailing."""
        while not batch.mailing.is_urgent and not self.is_stopped and (urgent := claiming.claim(urgent_only=True)):
            self.deliver(urgent)

    def record(
        self, batch: Batch, copy: Copy, answer: Answer, refused: list[tuple[str, str, str]], slow: set[str]
    ) -> None:
        """Write down what an answer means for the copy, its domain or the relay."""
        now = timezone.now()
        if answer.verdict == Verdict.SENT:
            claiming.mark(batch, copy, DeliveryState.SENT)
            self.sent += 1
        elif answer.verdict == Verdict.CLOSED:
            claiming.release(batch, [copy], due_at=now)
            close_relay(answer.words)
            self.is_stopped = True
        elif answer.verdict == Verdict.REFUSED:
            claiming.mark(batch, copy, DeliveryState.FAILED, answer.words)
            refused.append((copy.key, copy.address, answer.words))
        elif now - batch.mailing.created_at > GIVE_UP_AFTER:
            claiming.mark(batch, copy, DeliveryState.FAILED, f"Given up after four days: {answer.words}")
        else:
            claiming.mark(batch, copy, DeliveryState.WAITING, answer.words, due_at=now + back_off(copy.attempts))
            if answer.verdict == Verdict.SLOW_DOWN:
                slow.add(copy.domain)
                slow_down(copy.domain)


def back_off(attempts: int) -> timedelta:
    """Give how long to wait after so many attempts, give or take a fifth."""
    minutes = BACK_OFF_MINUTES[min(attempts, len(BACK_OFF_MINUTES)) - 1]
    return timedelta(minutes=minutes * random.uniform(0.8, 1.2))  # noqa: S311 — spreads load, guards nothing


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


def finish(batch: Batch, refused: list[tuple[str, str, str]]) -> None:
    """Close a mailing of which nothing waits any more, wipe what was secret, and tell who was refused."""
    mailing = batch.mailing
    if refused:
        outcomes.tell_refused(refused)
        pause_where_many_are_refused(mailing)
    if not mailing.deliveries.filter(state=DeliveryState.WAITING).exists():
        wiped = {"source": b""} if mailing.is_secret else {}
        Mailing.objects.filter(pk=mailing.pk, state=MailingState.SENDING).update(state=MailingState.DONE, **wiped)
    RelayPause.objects.filter(pk=1, failures__gt=0).update(failures=0, closed_until=None)


def close_relay(words: str) -> None:
    """Leave the relay alone for a while, longer each time: the queue waits, no copy is counted against."""
    pause, _is_new = RelayPause.objects.get_or_create(pk=1)
    seconds = RELAY_BACK_OFF_SECONDS[min(pause.failures, len(RELAY_BACK_OFF_SECONDS) - 1)]
    pause.failures += 1
    pause.closed_until = timezone.now() + timedelta(seconds=seconds)
    pause.answer = words
    pause.save()
    logger.warning("The mail relay is left alone for %s seconds: %s", seconds, words)


def slow_down(domain: str) -> None:
    """Let everything for a domain wait that asked for fewer mails."""
    waiting = Delivery.objects.filter(state=DeliveryState.WAITING, lease="", address__iendswith=f"@{domain}")
    waiting.filter(Q(due_at__lt=timezone.now() + SLOW_DOWN_FOR)).update(due_at=timezone.now() + SLOW_DOWN_FOR)


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
