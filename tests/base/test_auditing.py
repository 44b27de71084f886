"""The audit of libraries fails for a known hole, and for nothing else: a list out of reach is said loudly."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SPEC = importlib.util.spec_from_file_location("audit", ROOT / ".ci" / "audit.py")
audit = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(audit)
LOCK = Path("some.lock")
SOUND, SILENT = {"name": "a", "version": "1", "vulns": []}, {"name": "b", "skip_reason": "Dependency not found"}


def test_a_known_hole_fails_and_is_named():
    is_well, said = audit.judged(LOCK, [SOUND, {"name": "c", "version": "2", "vulns": [{"id": "PYSEC-1"}]}])
    assert not is_well
    assert "c 2: PYSEC-1" in said


def test_sound_libraries_pass_and_the_unknown_are_named():
    assert audit.judged(LOCK, [SOUND, SILENT]) == (
        True,
        "some.lock: no known hole in 1 libraries, but nothing is known of b",
    )


@pytest.mark.parametrize("command", [["/not/there"], ["/bin/echo", "no route"], ["/bin/echo", '{"dependencies": []}']])
def test_a_list_out_of_reach_is_said_loudly_and_passes(command):
    is_well, said = audit.audit(LOCK, command)
    assert is_well
    assert "NOT AUDITED: some.lock" in said


def test_each_change_is_looked_over_by_bandit_which_sees_holes_here(tmp_path):
    assert "$(BIN)/bandit --quiet --recursive --configfile pyproject.toml" in (ROOT / "Makefile").read_text()
    hole = tmp_path / "hole.py"
    hole.write_text("import subprocess\nsubprocess.run(input(), shell=True)\n")
    command = [str(Path(sys.executable).parent / "bandit"), "-q", "-c", str(ROOT / "pyproject.toml"), str(hole)]
    found = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert found.returncode == 1
    assert "B602" in found.stdout
