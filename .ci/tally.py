"""Count what pytest's reports say, and fail for a report that is missing and a test that was left out."""

import sys
from pathlib import Path
from xml.etree import ElementTree  # nosec B405 # pytest wrote what is read

# A test that may be left out, as "suite: module::name", with the reason beside it. None is.
MAY_BE_LEFT_OUT: set[str] = set()


def tally(report: Path) -> tuple[str, bool]:
    """Give a report's summary in pytest's words, and whether all of its tests ran."""
    if not report.exists():
        return f"{report.stem}: no report, so its tests did not run", False
    suite = next(ElementTree.parse(report).getroot().iter("testsuite"))  # nosec B314 # noqa: S314 - pytest wrote it a moment ago
    total, failed, errors, skipped = (int(suite.get(name, "0")) for name in ("tests", "failures", "errors", "skipped"))
    passed = total - failed - errors - skipped
    left_out = {
        f"{report.stem}: {case.get('classname')}::{case.get('name')}"
        for case in suite.iter("testcase")
        if case.find("skipped") is not None
    } - MAY_BE_LEFT_OUT
    seconds = float(suite.get("time", "0"))
    line = f"{report.stem}: {passed} passed, {failed} failed, {errors} errors, {skipped} skipped in {seconds:.0f}s"
    return "\n".join([line, *(f"  left out: {name}" for name in sorted(left_out))]), passed > 0 and not left_out


def main(reports: list[Path]) -> int:
    """Print a summary for each report, and keep all in `tally.txt` beside them."""
    found = [tally(report) for report in reports]
    text = "".join(f"{line}\n" for line, _is_whole in found)
    (reports[0].parent / "tally.txt").write_text(text)
    sys.stdout.write(text)
    return 0 if all(is_whole for _line, is_whole in found) else 1


sys.exit(main([Path(name) for name in sys.argv[1:]]))
