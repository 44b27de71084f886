"""Exchanges: a forwarded mail in which several people answered each other, taken apart by who wrote what."""

import re
from dataclasses import dataclass, field
from email.utils import getaddresses

from cop.mail import trimming
from cop.mail import trimming_words as words
from cop.mail.trimming import QUOTED, RULE

LINES_LIMIT = 3_000
HEADERS_LIMIT = 12
DEEPEST = 20
MARKED = re.compile(r"\s{0,3}[>|｜]\s?")
LINK = re.compile(r"\[([^\]]*)\]\((?:mailto:)?[^)]*\)")
ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
# "Hello Ana," at the start of a mail, in so few words.
GREETING = re.compile(
    r"(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|hallo|lieber?|guten (?:tag|morgen)|moin|bonjour|chère?s?|"
    r"salut|hola|buenos días|estimad[oa]s?|querid[oa]s?|ciao|car[oaie]|gentil\w+|buongiorno|olá|prezad[oa]s?|beste|hei|"
    r"hej|kära|käre|cześć|dzień dobry|ahoj|здравствуйте|привет|добрый день|вітаю|merhaba)\b[^.?]{0,60}[,!:]?$",
    re.IGNORECASE,
)
GREETING_WORDS = 6
# Between the announcement's date and "wrote:" stands who it was; a year in their address is none.
DATED = re.compile(
    r"^.*(?<![\w.])(?:\d{1,2}[:.h]\d{2}(?::\d{2})?(?:\s?[AaPp][Mm])?|(?:19|20)\d\d)(?![\w.+%-]*@)[\s,]*"
    r"(?:[+-]\d{4}|GMT|UTC)?[\s,]*"
    r"(?:um|at|à|a las|alle|kl\.?)?[\s,]*"
)


@dataclass
class Said:
    """What one person wrote in an exchange; no name and no address are those of whoever forwarded it."""

    name: str = ""
    address: str = ""
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The person's own words, without greeting and signature."""
        return _bare("\n".join(self.lines), self.name)


def split(text: str) -> list[Said]:
    """Give who wrote what, the oldest first and last whoever forwarded it; what is empty is left out."""
    found = _read(text.split("\n")[:LINES_LIMIT], Said(), depth=0)
    return [one for one in reversed(found) if one.text]


def _read(lines: list[str], who: Said, *, depth: int) -> list[Said]:
    """Give what stands in some lines: first what `who` wrote, then what is below or quoted, which is older."""
    found = [who]
    now, number = who, 0
    while number < len(lines):
        line = _plain(lines[number])
        if trimming.is_header_block(_all_plain(lines, number), 0):
            now, number = _after_headers(lines, number)
            found.append(now)
        elif length := trimming.announcement_length(_all_plain(lines, number), 0):
            author = _author(" ".join(_plain(line).strip() for line in lines[number : number + length]))
            number += length
            end = _end_of_quotation(lines, number)
            quoted = [MARKED.sub("", line, count=1) for line in lines[number:end]]
            if not any(line.strip() for line in quoted):
                now = author  # Not marked as quoted: the rest of it is theirs.
                found.append(now)
            elif depth >= DEEPEST or _is_answered(now, lines[end:]):
                now.lines.extend(lines[number:end])
            else:
                found.extend(_read(quoted, author, depth=depth + 1))
            number = end
        elif not (words.ORIGINAL.match(line) or RULE.match(line) or re.fullmatch(r"\s*_{10,}\s*", line)):
            now.lines.append(lines[number])
            number += 1
        else:
            number += 1
    return found


def _end_of_quotation(lines: list[str], number: int) -> int:
    while number < len(lines) and (QUOTED.match(lines[number]) or not lines[number].strip()):
        number += 1
    return number


def _is_answered(now: Said, below: list[str]) -> bool:
    """Whether a quotation stands between one's own words: answered point by point, it stays with what it answers."""
    return any(line.strip() for line in now.lines) and any(line.strip() for line in below)


def _after_headers(lines: list[str], number: int) -> tuple[Said, int]:
    """Read the headers above a mail; give who wrote it, and the number of its first line."""
    name = address = ""
    for last in range(number, min(number + HEADERS_LIMIT, len(lines))):
        line = _plain(lines[last])
        if not line.strip() and last > number:
            return Said(name, address), last + 1
        if words.SENDER.match(line) and not (name or address):
            name, address = _person(re.split(r"[:：]", line, maxsplit=1)[1])
        elif line.strip() and not words.HEADER.match(line) and not RULE.match(line) and not ADDRESS.search(line):
            return Said(name, address), last
    return Said(name, address), min(number + HEADERS_LIMIT, len(lines))


def _author(announcement: str) -> Said:
    """Give whom "On 5 May 2026 at 10:30, Ana Berg <ana@example.org> wrote:" names."""
    bare = words.VERB.sub("", LINK.sub(r"\1", announcement)).strip(" :：,*")
    return Said(*_person(DATED.sub("", bare)))


def _person(text: str) -> tuple[str, str]:
    text = LINK.sub(r"\1", text).replace("&lt;", "<").replace("&gt;", ">").strip(" *,")
    address = ADDRESS.search(text)
    name = next((name for name, _address in getaddresses([text])), "") or text[: address.start() if address else None]
    name = re.sub(r"[<>\[\]()*_`\"]|mailto:", "", ADDRESS.sub("", name)).strip(" ,;'")
    return name[:80], address[0].lower() if address else ""


def _plain(line: str) -> str:
    """Give a line without Markdown's marks."""
    return line.replace("**", "").replace("\\", "")


def _all_plain(lines: list[str], number: int) -> list[str]:
    return [_plain(line) for line in lines[number : number + HEADERS_LIMIT]]


def _bare(text: str, name: str) -> str:
    """Take greeting, closing, signature and addresses off a text."""
    lines = trimming.trim(text.strip("\n")).text.strip().split("\n")
    if GREETING.match(lines[0].strip()) and len(lines[0].split()) <= GREETING_WORDS:
        lines = lines[1:]
    own = {part.casefold() for part in (name, *name.split()) if part}
    while lines and _closes(lines[-1], own):
        lines = lines[:-1]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _closes(line: str, own: set[str]) -> bool:
    bare = line.strip(" \t,.!-–—*").casefold()
    return not bare or bare in own or bool(words.CLOSING.match(line.strip()))
