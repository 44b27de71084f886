"""Ask pip-audit whether a library in our lock files has a known hole; fail where one has.

Where the list of holes cannot be reached, that is said loudly and does not fail: a build must not depend on it.
"""

import json
import subprocess
import sys
from pathlib import Path

SECONDS = 300
BANNER = "!" * 78


def audit(lock: Path, command: list[str]) -> tuple[bool, str]:
    """Give whether a lock file may go in, and what to say of it."""
    options = ["--disable-pip", "--require-hashes", "--progress-spinner", "off", "--format", "json", "-r", str(lock)]
    try:
        ran = subprocess.run([*command, *options], capture_output=True, text=True, timeout=SECONDS, check=False)  # nosec B603 # noqa: S603 - our own command
    except (OSError, subprocess.TimeoutExpired) as error:
        return True, unreachable(lock, str(error))
    try:
        rows = json.loads(ran.stdout)["dependencies"]
    except (ValueError, KeyError):
        return True, unreachable(lock, (ran.stderr.strip().splitlines() or ["no answer"])[-1])
    return judged(lock, rows)


def judged(lock: Path, rows: list[dict]) -> tuple[bool, str]:
    """Read pip-audit's rows: a hole fails, whatever could not be asked about is named."""
    holes = [f"  {row['name']} {row['version']}: {hole['id']}" for row in rows for hole in row.get("vulns", [])]
    if holes:
        return False, "\n".join([f"{lock}: {len(holes)} known holes", *holes])
    silent = [row["name"] for row in rows if "skip_reason" in row]
    if not rows or len(silent) == len(rows):
        return True, unreachable(lock, f"none of {len(rows)} libraries was known there")
    left_out = f", but nothing is known of {', '.join(silent)}" if silent else ""
    return True, f"{lock}: no known hole in {len(rows) - len(silent)} libraries{left_out}"


def unreachable(lock: Path, why: str) -> str:
    return "\n".join([BANNER, f"NOT AUDITED: {lock}. The list of known holes did not answer ({why[:200]}).", BANNER])


def main(locks: list[str]) -> int:
    """Audit each lock file and say what was found."""
    found = [audit(Path(lock), [str(Path(sys.executable).parent / "pip-audit")]) for lock in locks]
    sys.stdout.write("".join(f"{text}\n" for _is_well, text in found))
    return 0 if all(is_well for is_well, _text in found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
