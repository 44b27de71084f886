"""The supervisor keeps its children running, and takes all of them along when it goes."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from cop.base import supervising
from cop.base.supervising import Child, Supervisor
from tests.base.processes import ROOT, running, until

SLEEPS = "import time; print('here', flush=True); time.sleep(600)"


def sleeper(name: str, mark: str) -> Child:
    return Child(name, [sys.executable, "-c", SLEEPS, mark])


class Drill:
    """A supervisor that runs in this process's main thread while `act` happens in another."""

    def __init__(self, *children: Child) -> None:
        self.lines: list[tuple[str, str]] = []
        self.supervisor = Supervisor(children, lambda name, line: self.lines.append((name, line)))

    def run(self, act) -> None:
        failed: list[BaseException] = []

        def acting() -> None:
            try:
                act()
            except BaseException as error:
                failed.append(error)
            finally:
                self.supervisor.is_stopping = True

        self.supervisor.run(when_up=threading.Thread(target=acting).start)
        if failed:
            raise failed[0]

    def pid(self, name: str) -> int:
        child = next(child for child in self.supervisor.children if child.name == name)
        return child.process.pid if child.process else 0

    def said(self, name: str) -> list[str]:
        return [line for who, line in self.lines if who == name]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr(supervising, "FIRST_WAIT", 0.05)


def test_what_children_say_stands_under_their_name(tmp_path):
    drill = Drill(sleeper("one", f"{tmp_path}/1"), sleeper("two", f"{tmp_path}/2"))
    drill.run(lambda: until(lambda: drill.said("one") == drill.said("two") == ["here"]))
    assert not running(str(tmp_path))


def test_a_child_that_was_killed_starts_again(tmp_path):
    drill = Drill(sleeper("one", f"{tmp_path}/1"))

    def act() -> None:
        until(lambda: drill.said("one") == ["here"])
        first = drill.pid("one")
        os.kill(first, signal.SIGKILL)
        until(lambda: drill.pid("one") not in (0, first))
        until(lambda: drill.said("one") == ["here", "here"])

    drill.run(act)
    assert "one stopped (signal SIGKILL); starting it again" in drill.said("up")[0]
    assert not running(str(tmp_path))


def test_what_a_killed_master_leaves_behind_is_ended_first(tmp_path):
    pool = f"subprocess.Popen([sys.executable, '-c', {SLEEPS!r}, sys.argv[1] + '/pool'])"
    forks = f"import subprocess, sys, time; {pool}"
    drill = Drill(Child("master", [sys.executable, "-c", f"{forks}; time.sleep(600)", str(tmp_path)]))

    def act() -> None:
        (orphan,) = until(lambda: running(f"{tmp_path}/pool"))
        os.kill(drill.pid("master"), signal.SIGKILL)
        until(lambda: running(f"{tmp_path}/pool") not in ([], [orphan]))
        assert orphan not in running(f"{tmp_path}/pool")

    drill.run(act)
    assert not running(str(tmp_path))


def test_a_child_that_keeps_failing_is_given_ever_more_time():
    failing = Child("bad", [sys.executable, "-c", "raise SystemExit(3)"], wait=0.05)
    drill = Drill(failing)
    drill.run(lambda: until(lambda: len(drill.said("up")) >= 3))
    assert [line.split()[-2] for line in drill.said("up")[:3]] == ["0.05", "0.1", "0.2"]
    assert "code 3" in drill.said("up")[0]


def test_a_child_that_does_not_stop_is_ended(tmp_path):
    deaf = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEPS}"
    drill = Drill(Child("deaf", [sys.executable, "-c", deaf, str(tmp_path)], patience=0.3))
    begun = time.monotonic()
    drill.run(lambda: until(lambda: drill.said("deaf")))
    assert not running(str(tmp_path))
    assert time.monotonic() - begun < 10


def test_children_start_in_order_and_stop_in_the_opposite_one(tmp_path):
    goodbye = "signal.signal(signal.SIGTERM, lambda *a: sys.exit(print('bye', flush=True)))"
    tells = f"import signal, sys; {goodbye}; {SLEEPS}"
    names = ["one", "two", "three"]
    drill = Drill(*(Child(name, [sys.executable, "-c", tells, str(tmp_path)]) for name in names))
    for child in drill.supervisor.children:
        child.ready = lambda name=child.name: drill.said(name) == ["here"]
    drill.run(lambda: None)
    assert [name for name, line in drill.lines if line == "here"] == names
    assert [name for name, line in drill.lines if line == "bye"] == names[::-1]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the next start ends what was left")
def test_children_end_when_the_supervisor_itself_is_killed(tmp_path):
    script = (
        "import sys; from cop.base.supervising import Child, Supervisor\n"
        f"child = Child('one', [sys.executable, '-c', {SLEEPS!r}, {str(tmp_path / 'child')!r}])\n"
        "Supervisor([child], lambda name, line: None).run()"
    )
    supervisor = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT)
    until(lambda: running(str(tmp_path / "child")))
    supervisor.kill()
    supervisor.wait()
    assert until(lambda: not running(str(tmp_path / "child")))
