"""Children of one command: started in order, watched, restarted when they die, stopped in the opposite order.

One thread and no shell: a loop that reads what the children print and looks after them a few times a second.
"""

import ctypes
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType

FIRST_WAIT = 0.5
LONGEST_WAIT = 30.0
STEADY_AFTER = 30.0
LOOK_EVERY = 0.2
PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass
class Child:
    """One command to keep running; `patience` is how many seconds it gets to stop by itself.

    Where `ready` is given, the next child starts when it says yes (or after 30 seconds).
    """

    name: str
    command: Sequence[str]
    patience: float = 10.0
    environment: dict[str, str] = field(default_factory=dict)
    ready: Callable[[], bool] | None = None
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    restart_at: float = 0.0
    wait: float = FIRST_WAIT
    unfinished: bytes = b""


class Supervisor:
    """Keeps `children` running until it is told to stop.

    Their lines go to `say(name, line)`; `remember` is given the processes whenever one has started.
    """

    def __init__(
        self,
        children: Sequence[Child],
        say: Callable[[str, str], None],
        *,
        remember: Callable[[list[int]], None] = lambda pids: None,
    ) -> None:
        self.children = list(children)
        self.say = say
        self.remember = remember
        self.is_stopping = False
        self._pipes = selectors.DefaultSelector()

    def run(self, *, when_up: Callable[[], None] = lambda: None) -> None:
        """Start all, call `when_up`, and look after them until SIGINT or SIGTERM (or `is_stopping` is set)."""
        with self._heeding_signals():
            try:
                for child in self.children:
                    self._start(child)
                    self._await(child)
                if not self.is_stopping:
                    when_up()
                while not self.is_stopping:
                    self._listen(LOOK_EVERY)
                    self._look_after_all()
            finally:
                self._stop_all()

    @contextmanager
    def _heeding_signals(self) -> Iterator[None]:
        """Ctrl-C, SIGTERM and a closed terminal ask to stop."""

        def stop(_number: int, _frame: FrameType | None) -> None:
            self.is_stopping = True

        before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _start(self, child: Child) -> None:
        if self.is_stopping:
            return
        child.process = subprocess.Popen(  # nosec B603 # noqa: S603 - our own commands
            child.command,
            env={**os.environ, **child.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # Its own session: Ctrl-C reaches us alone, and what outlives a dead master can be found and ended.
            start_new_session=True,
            preexec_fn=_die_with(os.getpid()),
        )
        child.started_at = time.monotonic()
        self.remember([other.process.pid for other in self.children if other.process])
        pipe = child.process.stdout
        if pipe is not None:
            os.set_blocking(pipe.fileno(), False)
            self._pipes.register(pipe, selectors.EVENT_READ, child)

    def _await(self, child: Child) -> None:
        deadline = time.monotonic() + 30
        while child.ready and not self.is_stopping and not child.ready() and time.monotonic() < deadline:
            self._listen(0.05)
            self._look_after(child)

    def _listen(self, seconds: float) -> None:
        """Pass on what the children print within `seconds`."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if not self._pipes.get_map():
                time.sleep(left)
            for key, _events in self._pipes.select(left):
                self._read(key.data)

    def _read(self, child: Child) -> None:
        pipe = child.process.stdout if child.process else None
        if pipe is None or pipe.closed:
            return
        data = pipe.read(65536)
        if data == b"":
            self._pipes.unregister(pipe)
            pipe.close()
        *lines, child.unfinished = (child.unfinished + (data or b"")).split(b"\n")
        for line in lines:
            self.say(child.name, line.decode(errors="replace").rstrip())

    def _look_after_all(self) -> None:
        for child in self.children:
            self._look_after(child)

    def _look_after(self, child: Child) -> None:
        """Clear up after a child that died, and start it again when its wait is over."""
        now = time.monotonic()
        if child.process is not None and child.process.poll() is not None:
            code = child.process.returncode
            self._clear_up(child)
            if now - child.started_at > STEADY_AFTER:
                child.wait = FIRST_WAIT
            child.restart_at = now + child.wait
            self.say("up", f"{child.name} stopped ({_reason(code)}); starting it again in {child.wait:g} s")
            child.wait = min(child.wait * 2, LONGEST_WAIT)
        elif child.process is None and now >= child.restart_at:
            self._start(child)

    def _clear_up(self, child: Child) -> None:
        """End what is left of a child's session: a pool and web workers outlive a master that was killed."""
        if child.process is None:
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait()
        self._read(child)
        pipe = child.process.stdout
        if pipe is not None and not pipe.closed:
            self._pipes.unregister(pipe)
            pipe.close()
        child.process = None
        child.unfinished = b""

    def _stop_all(self) -> None:
        for child in reversed(self.children):
            self._stop(child)
        self._pipes.close()

    def _stop(self, child: Child) -> None:
        if child.process is None:
            return
        child.process.terminate()
        deadline = time.monotonic() + child.patience
        while child.process.poll() is None and time.monotonic() < deadline:
            self._listen(0.05)
        self._clear_up(child)


def _die_with(parent: int) -> Callable[[], None] | None:
    """Give what a child does first on Linux: ask for SIGTERM when `parent` dies, however that dies."""
    libc = _libc
    if libc is None:
        return None

    def ask() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return ask


def _reason(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"code {code}"
