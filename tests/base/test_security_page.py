"""docs/security.md goes through every requirement of ASVS 5.0.0 up to level 2, once, and names only what is there."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = (ROOT / "docs" / "security.md").read_text()
# Of each section, how many requirements are of levels 1 and 2; those of level 3 come after them.
REQUIRED = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1, "3.2": 2, "3.3": 4,
    "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4, "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
    "6.1": 3, "6.2": 11, "6.3": 3, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5,
    "7.5": 2, "7.6": 2, "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4, "10.1": 2, "10.2": 2, "10.3": 4,
    "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3, "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1,
    "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3,
    "15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3,
}  # fmt: skip
STATES = {"met", "not met", "not met in part", "operator", "none here"}


def rows() -> list[tuple[str, str, str]]:
    found = re.findall(r"^\| ([\d., –]+) \| ([a-z ]+) \| (.+) \|$", PAGE, re.MULTILINE)
    return [(numbers, state, text) for numbers, state, text in found]


def numbers_in(text: str) -> list[str]:
    """Read "6.1.1, 6.2.1–6.2.3" as four numbers."""
    found = []
    for part in text.split(","):
        first, _dash, last = part.strip().partition("–")
        section, _dot, start = first.rpartition(".")
        end = (last or first).rpartition(".")[2]
        found += [f"{section}.{number}" for number in range(int(start), int(end) + 1)]
    return found


def test_every_requirement_is_answered_once():
    answered = sorted(number for numbers, _state, _text in rows() for number in numbers_in(numbers))
    wanted = sorted(f"{section}.{number + 1}" for section, count in REQUIRED.items() for number in range(count))
    assert answered == wanted


def test_every_answer_is_one_of_five_and_says_why():
    assert {state for _numbers, state, _text in rows()} <= STATES
    assert all(len(text) > 5 for _numbers, _state, text in rows())


def test_every_file_that_it_names_is_there():
    named = set(re.findall(r"`((?:tests|cop|members|static|docs|deploy|\.ci)/[\w./*-]+)`", PAGE))
    assert not [name for name in named if "*" not in name and not (ROOT / name).exists()]
