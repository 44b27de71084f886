"""Trimming: of a mail's text, what its writer wrote, without quotations, signatures and what offices add below.

Every line is given a kind; then a few rules, from the surest to the least sure, say where the writer's words end.
Answers between quotations keep what they answer. What is cut is kept beside it, so that a wrong guess loses nothing.
"""

import re
from dataclasses import dataclass

from cop.mail import trimming_words as words

# No more than this is looked at; what is below belongs to what stands above it.
TEXT_LIMIT = 60_000
LINES_LIMIT = 3_000
LINE_LIMIT = 998
# An announcement ("On … Ana wrote:") is wrapped over so many lines at most, and so many characters.
ANNOUNCED_LINES = 7
ANNOUNCED_LENGTH = 420
SHORT_ANNOUNCEMENT = 120
SIGNATURE_LINES = 12
TORN_FROM = 60
# Stands above the words of every mail that can be answered; what is below it in an answer is ours.
MARKER = "— • —"

DATE = re.compile(
    r"\d{1,2}[:.h]\d{2}|\d{4}-\d{1,2}-\d{1,2}|\d{1,4}/\d{1,2}/\d{1,4}|\d{1,2}\.\s?\d{1,2}\.\s?\d{2,4}|(?:19|20)\d\d(?!\d)"
)
ADDRESS = re.compile(r"[^\s<>@]@[^\s<>@]+\.[^\s<>@]")
QUOTED = re.compile(r"\s{0,3}[>|｜](?!\|)")
FENCE = re.compile(r"\s{0,3}(?:```|~~~)")
SIGNATURE = re.compile(r"\s*--\s*$")
RULE = re.compile(r"\s*(?:[—–―_]{3,}|[-=*]{20,})\s*$")

TEXT, EMPTY, QUOTE, ANNOUNCED, START, DEVICE, SIGNED = "t", "e", "q", "a", "s", "d", "g"


@dataclass(frozen=True)
class Trimmed:
    """What a mail's writer wrote, and what was cut off it."""

    text: str
    cut: str = ""


def trim(text: str) -> Trimmed:
    """Give the writer's own words in `text`; all of it where nothing else would be left."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines, below = _lines(text)
    kinds = _kinds([line[:LINE_LIMIT] for line in lines])
    kept = _kept([line[:LINE_LIMIT] for line in lines], kinds)
    own = _joined(lines, kept)
    if not own:
        return Trimmed(text.strip("\n"))
    left = [number for number in range(len(lines)) if number not in kept]
    if len(lines) - 1 in kept:
        return Trimmed(own + below.rstrip("\n"), _joined(lines, left))
    return Trimmed(own, (_joined(lines, left) + below).strip("\n"))


def _lines(text: str) -> tuple[list[str], str]:
    """Give the lines that are looked at, and what is below them."""
    end = len(text)
    if end > TEXT_LIMIT:
        end = max(text.rfind("\n", 0, TEXT_LIMIT), 0) or TEXT_LIMIT
    lines = text[:end].split("\n")
    if len(lines) > LINES_LIMIT:
        lines = lines[:LINES_LIMIT]
        end = sum(len(line) + 1 for line in lines) - 1
    return [line.rstrip() for line in lines], text[end:]


def _joined(lines: list[str], numbers: "list[int] | set[int]") -> str:
    text = "\n".join(lines[number] for number in sorted(numbers))
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")


def _kinds(lines: list[str]) -> list[str]:
    """Give each line its kind."""
    kinds: list[str] = []
    is_code = False
    while len(kinds) < len(lines):
        number = len(kinds)
        line = lines[number]
        is_fence = bool(FENCE.match(line))
        if is_code or is_fence:
            is_code = is_code != is_fence
            kinds.append(TEXT)
        elif not line.strip():
            kinds.append(EMPTY)
        elif _is_start(lines, number):
            kinds.append(START)
        elif QUOTED.match(line) or _is_torn(lines, number, kinds):
            kinds.append(QUOTE)
        elif length := announcement_length(lines, number):
            kinds.extend([ANNOUNCED] * length)
        else:
            kinds.append(_kind(line))
    return kinds


def _is_torn(lines: list[str], number: int, kinds: list[str]) -> bool:
    """Whether a line is the end of a long quoted one that was wrapped without a mark: a quotation goes on below it."""
    return (
        0 < number < len(lines) - 1
        and kinds[-1] == QUOTE
        and len(lines[number - 1]) >= TORN_FROM
        and lines[number][:1].islower()
        and bool(QUOTED.match(lines[number + 1]))
    )


def _kind(line: str) -> str:
    if SIGNATURE.match(line):
        return SIGNED
    return DEVICE if len(line) < 120 and words.DEVICE.match(line) else TEXT


def _is_start(lines: list[str], number: int) -> bool:
    """Whether a quoted mail without any marks begins here: a line that says so, our own, or a block of headers."""
    line = lines[number]
    if line.lstrip().startswith(MARKER) or words.ORIGINAL.match(line):
        return True
    if RULE.match(line) and number + 1 < len(lines):
        return is_header_block(lines, number + 1)
    return is_header_block(lines, number)


def is_header_block(lines: list[str], number: int) -> bool:
    """Whether at least three headers stand here close together, a sender's among them; marked ones are a quotation."""
    if QUOTED.match(lines[number]) or not words.HEADER.match(lines[number]):
        return False
    block = [line for line in lines[number : number + 8] if line.strip()][:6]
    headers = [line for line in block if words.HEADER.match(line)]
    return len(headers) >= 3 and any(words.SENDER.match(line) for line in headers)


def announcement_length(lines: list[str], number: int) -> int:
    """Give over how many lines "On … Ana wrote:" stretches from here; 0 where that is not what stands here."""
    if _names_writer(lines, number):
        return 1
    if not _may_announce(lines[number].strip()):
        return 0
    joined, gaps = "", 0
    for length in range(1, ANNOUNCED_LINES + 1):
        if number + length > len(lines):
            return 0
        line = lines[number + length - 1].strip()
        gaps += not line
        before = joined
        joined = f"{joined} {line}".strip()
        is_quote = length > 1 and QUOTED.match(line) and before.count("<") <= before.count(">")
        if is_quote or len(joined) > ANNOUNCED_LENGTH or gaps > 2:
            return 0
        if _announces(joined):
            return length + (_closes(lines, number + length))
    return 0


def _names_writer(lines: list[str], number: int) -> bool:
    """Whether "Ana wrote:" stands here without a date, right above a quotation."""
    line = lines[number].strip()
    if not line.endswith((":", "：")) or len(line) > SHORT_ANNOUNCEMENT:
        return False
    bare = line.rstrip(" :：*")
    has_verb = any(found.end() == len(bare) and found.start() > 1 for found in words.VERB.finditer(bare))
    return has_verb and number + 1 < len(lines) and bool(QUOTED.match(lines[number + 1]))


def _may_announce(first: str) -> bool:
    """Whether an announcement may begin with this line: with a date, or with who wrote; else it needs all of it."""
    has_address, has_date = ADDRESS.search(first), DATE.search(first)
    if words.OPENER.match(first) and has_date:
        return True
    return bool(has_address and (words.VERB.search(first) or (has_date and "<" in first and first.endswith(":"))))


def _closes(lines: list[str], number: int) -> int:
    """Count a line with nothing but the end of a wrapped announcement."""
    return int(number < len(lines) and lines[number].strip() in (">:", ":", "wrote:"))


def _announces(text: str) -> bool:
    """Whether a joined text is an announcement to its end."""
    bare = text.rstrip(" -*")
    has_who = ADDRESS.search(bare) or "@" in bare
    has_verb = words.VERB.search(bare)
    if not DATE.search(bare):
        return False
    if bare.endswith((":", "：")):
        return bool(has_who or has_verb)
    if has_verb and bare.endswith(has_verb.group()) and has_who:
        return True
    # "2013/7/20 sam via Meta <info@example.org>": a date and an address are all there is.
    return bool(re.match(r"\d{4}[-/]\d", bare) and bare.endswith(">") and ADDRESS.search(bare))


def _kept(lines: list[str], kinds: list[str]) -> set[int]:
    """Give the numbers of the lines that are the writer's own, and of the quotations that they answer."""
    end = _end(lines, kinds)
    own = [number for number in range(end) if kinds[number] == TEXT]
    if not own:
        return _after_all(lines, kinds)
    quotes = [number for number in range(end) if kinds[number] == QUOTE]
    announced = [number for number in range(end) if kinds[number] == ANNOUNCED]
    last = own[-1]
    if quotes and (not announced or not _answers_below(own, quotes, announced)):
        first = min(own[0], quotes[0]) if quotes[0] < last else own[0]
        return {number for number in range(first, last + 1) if kinds[number] in (TEXT, EMPTY, QUOTE)}
    return {number for number in range(own[0], last + 1) if kinds[number] in (TEXT, EMPTY)}


def _answers_below(own: list[int], quotes: list[int], announced: list[int]) -> bool:
    """Whether all of the answer stands below one announced quotation: then there is no need to repeat it."""
    return announced[0] < quotes[0] and own[0] > quotes[-1]


def _after_all(lines: list[str], kinds: list[str]) -> set[int]:
    """Give what stands below an announcement at the very top where there is nothing above: it may be the answer."""
    if START in kinds or ANNOUNCED not in kinds:
        return set()
    text = [number for number in range(len(lines)) if kinds[number] == TEXT]
    return set(range(text[0], text[-1] + 1)) if text else set()


def _end(lines: list[str], kinds: list[str]) -> int:
    """Give the number of the first line that is no more of the answer."""
    first_text = next((number for number, kind in enumerate(kinds) if kind == TEXT), len(lines))
    end = len(lines)
    for number, kind in enumerate(kinds):
        if number > first_text and (
            kind in (START, SIGNED)
            or (kind == ANNOUNCED and not _is_answered(kinds, number))
            or (kind == DEVICE and not _is_answered(kinds, number))
            or (RULE.match(lines[number]) and kind == TEXT and _is_tail(lines, number))
        ):
            end = number
            break
        if number < first_text and kind == START:
            end = number
            break
    return _without_tail(lines, kinds, end)


def _is_answered(kinds: list[str], number: int) -> bool:
    """Whether what is announced at `number` is marked as quoted and has own words below it."""
    below = "".join(kinds[number:])
    return re.match(r"[ade]*q[qaed]*t", below) is not None


def _is_tail(lines: list[str], number: int) -> bool:
    """Whether what stands below a rule looks like a signature or a list's footer: few short lines."""
    below = [line for line in lines[number + 1 :] if line.strip()]
    return 0 < len(below) <= SIGNATURE_LINES and all(len(line) < 90 for line in below)


def _without_tail(lines: list[str], kinds: list[str], end: int) -> int:
    """Take lawyers' and scanners' paragraphs off the end, and what stands below a closing besides a name."""
    while True:
        while end and kinds[end - 1] != TEXT and kinds[end - 1] != QUOTE:
            end -= 1
        start = end
        while start and lines[start - 1].strip() and kinds[start - 1] == TEXT:
            start -= 1
        paragraph = " ".join(lines[start:end])
        found = {match.group().lower() for match in words.DISCLAIMER.finditer(paragraph)}
        if start == 0 or len(paragraph) < 60 or len(found) < 2:
            break
        end = start
    for number in range(max(end - SIGNATURE_LINES, 1), end):
        below = [line for line in lines[number + 1 : end] if line.strip()]
        if words.CLOSING.match(lines[number].strip()) and len(below) > 1 and all(len(line) < 80 for line in below):
            return number
    return end
