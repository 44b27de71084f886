"""Answering: what the relay's answer to a copy means for the copy, for its domain, and for the relay itself."""

import logging
import random
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cop.mail import claiming
from cop.mail.claiming import Batch, Copy
from cop.mail.models import Delivery, DeliveryState, RelayPause
from cop.mail.relaying import Answer, Verdict
from cop.mail.ringing import ring

logger = logging.getLogger(__name__)

# RFC 5321, 4.5.4.1, with short first steps for our own relay; the last step is repeated.
BACK_OFF_MINUTES = (1, 5, 15, 30, 60, 120, 240)
# About four days. Counted in attempts, so that neither a clock nor a long pause makes anybody give up early.
MOST_ATTEMPTS = 30
RELAY_BACK_OFF_SECONDS = (5, 15, 60, 180, 300)
SLOW_DOWN_FOR = claiming.LATEST_NEW


class Results:
    """What has become of a batch so far; each answer is written down before the next mail."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.sent = 0
        self.is_relay_closed = False
        self.refused: list[tuple[str, str, str]] = []
        self.slow: set[str] = set()

    def is_slow(self, copy: Copy) -> bool:
        """Whether the copy's domain asked for fewer mails a moment ago."""
        return copy.domain in self.slow

    def record(self, copy: Copy, answer: Answer) -> None:
        """Write down what `answer` means."""
        if answer.verdict == Verdict.SENT:
            claiming.mark_sent(self.batch, copy)
            self.sent += 1
        elif answer.verdict == Verdict.CLOSED:
            claiming.release(self.batch, [copy], due_at=timezone.now())
            close_relay(answer.words)
            self.is_relay_closed = True
        elif answer.verdict == Verdict.REFUSED:
            claiming.mark(self.batch, copy, DeliveryState.FAILED, answer.words)
            self.refused.append((copy.key, copy.address, answer.words))
        elif copy.attempts >= MOST_ATTEMPTS:
            words = _("Given up after %(count)s attempts: %(answer)s")
            claiming.mark(
                self.batch, copy, DeliveryState.FAILED, words % {"count": copy.attempts, "answer": answer.words}
            )
        else:
            self._put_off(copy, answer)

    def _put_off(self, copy: Copy, answer: Answer) -> None:
        due_at = timezone.now() + back_off(copy.attempts)
        claiming.mark(self.batch, copy, DeliveryState.WAITING, answer.words, due_at=due_at)
        if answer.verdict == Verdict.SLOW_DOWN:
            self.slow.add(copy.domain)
            slow_down(copy.domain)


def back_off(attempts: int) -> timedelta:
    """Give how long to wait after so many attempts, give or take a fifth."""
    minutes = BACK_OFF_MINUTES[min(attempts, len(BACK_OFF_MINUTES)) - 1]
    return timedelta(minutes=minutes * random.uniform(0.8, 1.2))  # nosec B311 # noqa: S311 - spreads load, guards nothing


def slow_down(domain: str) -> None:
    """Let everything wait that is for a domain which asked for fewer mails."""
    due_at = timezone.now() + SLOW_DOWN_FOR
    waiting = Delivery.objects.filter(state=DeliveryState.WAITING, lease="", address__iendswith=f"@{domain}")
    waiting.filter(due_at__lt=due_at).update(due_at=due_at)


def relay_is_closed(at: datetime) -> bool:
    """Whether the relay is left alone for a while."""
    # Farther away than we ever close it, it is a clock that was set back.
    limit = at + timedelta(seconds=2 * RELAY_BACK_OFF_SECONDS[-1])
    return RelayPause.objects.filter(closed_until__gt=at, closed_until__lt=limit).exists()


def close_relay(words: str) -> None:
    """Leave the relay alone for a while, longer each time: the queue waits, no copy is counted against.

    The connections that find it closed at the same moment count as one.
    """
    at = timezone.now()
    pause, _is_new = RelayPause.objects.get_or_create(pk=1)
    seconds = RELAY_BACK_OFF_SECONDS[min(pause.failures, len(RELAY_BACK_OFF_SECONDS) - 1)]
    was_open = Q(closed_until=None) | Q(closed_until__lte=at)
    closed = RelayPause.objects.filter(was_open, pk=1, failures=pause.failures).update(
        failures=pause.failures + 1, closed_until=at + timedelta(seconds=seconds), answer=words[:300]
    )
    if closed:
        logger.warning("The mail relay is left alone for %s seconds: %s", seconds, words)
        ring(after=seconds)


def open_again() -> None:
    """Forget that the relay was closed: it has just taken mail."""
    RelayPause.objects.filter(pk=1, failures__gt=0).update(failures=0, closed_until=None)
