"""Cutting off an archived mail what its readers have seen: the quoted original, the signature, the list's footer.

Nothing is lost: what was cut stands behind "Show what was trimmed". Addresses are masked in both.
"""

import re

ADDRESS = re.compile(r"([\w.+%-]{1,64})(@| at )((?:[\w-]+\.)+[a-zA-Z]{2,24})\b")
FOOTER = re.compile(r"^_{20,}\s*$|^-{30,}\s*$")
ATTRIBUTION = re.compile(
    r"^>?\s*(?:on\b.{6,200}\bwrote|am\b.{6,200}\bschrieb.*|le\b.{6,200}\ba écrit|el\b.{6,200}\bescribió"
    r"|.{2,120}\bwrote)\s*:\s*$",
    re.IGNORECASE,
)
ORIGINAL = re.compile(
    r"^\s*-{2,}\s*(?:original message|forwarded message|ursprüngliche nachricht)\s*-{2,}\s*$", re.IGNORECASE
)
OUTLOOK = re.compile(r"^\*?from:\*? .+", re.IGNORECASE)
FOOTER_LINES = 8


def trim(text: str) -> tuple[str, str]:
    """Give what is read, and what was cut from its end; the whole text where nothing else would be left."""
    lines = text.split("\n")
    end = _footer(lines)
    end = _signature(lines, end)
    end = _original(lines, end)
    kept = "\n".join(lines[:end]).rstrip()
    if not kept.strip():
        return text, ""
    return kept, "\n".join(lines[end:]).strip("\n")


def _footer(lines: list[str]) -> int:
    for place in range(len(lines) - 1, max(-1, len(lines) - FOOTER_LINES), -1):
        if FOOTER.match(lines[place]):
            return place
    return len(lines)


def _signature(lines: list[str], end: int) -> int:
    for place in range(end - 1, max(-1, end - 25), -1):
        if lines[place] in ("-- ", "--"):
            return place
    return end


def _original(lines: list[str], end: int) -> int:
    """Give where the quoted original begins, if nothing of one's own follows it."""
    last_own = end
    place = end - 1
    while place >= 0 and (lines[place].startswith(">") or not lines[place].strip()):
        place -= 1
        last_own = place + 1
    if last_own < end and any(line.startswith(">") for line in lines[last_own:end]):
        start = last_own
        for above in range(start - 1, max(-1, start - 4), -1):
            if not lines[above].strip() and above < start - 1:
                break
            if ATTRIBUTION.match(" ".join(line.strip() for line in lines[above:start])):
                return above
        return start
    for place, line in enumerate(lines[:end]):
        header = [
            other for other in lines[place : place + 6] if re.match(r"^\*?(sent|to|date|subject|cc):", other, re.I)
        ]
        if place and (ORIGINAL.match(line) or (OUTLOOK.match(line) and len(header) >= 2)):
            return place
    return end


def masked(text: str) -> str:
    """Give a text in which no mail address can be read."""
    return ADDRESS.sub(lambda found: f"{found[1][:1]}…@…", text)


def markdown(text: str) -> str:
    """Give a mail's text as Markdown that reads the same: no line becomes a heading by chance."""
    return re.sub(r"(?m)^(>* ?)(#{1,6})(?=\s)", r"\1\\\2", text)
