"""Taking somebody's name, and perhaps their words, out of what others wrote: quotations and calls by name."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from cop.markup.mentions import NAME, handle_of

# "> **Anna Berg** [wrote](/r/12/):", as the page and the script write it, at any depth.
ATTRIBUTION = re.compile(
    r"^(?P<mark>(?:>[ \t]?)+)\*\*(?P<name>.+?)\*\* (?P<link>\[[^\]]*\]\(\S*?/r/(?P<reply>\d{1,18})/\S*?\))"
)
CALL = re.compile(rf"(?<![\w@/.])@({NAME})")


@dataclass(frozen=True)
class Unnaming:
    """Who is to be named no more: their number, how they can be called, what stands instead, whether words go too."""

    number: int
    name: str
    instead: str
    forgets_words: bool

    @property
    def handles(self) -> set[str]:
        """The words behind an "@" that may mean them."""
        whole = handle_of(self.name).casefold()
        return {whole, f"{whole}.{self.number}", whole.partition(".")[0]} - {""}


def quoted_in(text: str) -> set[int]:
    """Give the numbers of the messages that a text quotes."""
    return {int(found["reply"]) for line in text.splitlines() if (found := ATTRIBUTION.match(line))}


def without_quotes(text: str, *, theirs: Collection[int], unnaming: Unnaming, gap: str) -> str:
    """Give a text whose quotations of messages in `theirs` name nobody; where words go too, `gap` stands for them."""
    lines: list[str] = []
    silent = 0  # How deep the quotation is whose words go.
    for line in text.split("\n"):
        found = ATTRIBUTION.match(line)
        depth = line[: len(line) - len(line.lstrip("> \t"))].count(">")
        if silent and depth < silent:
            silent = 0
        if found and int(found["reply"]) in theirs and not silent:
            rest = line[found.end() :]
            lines.append(f"{found['mark']}**{unnaming.instead}** {found['link']}{rest}")
            if unnaming.forgets_words:
                silent = depth
                lines.append(f"{found['mark']}{gap}")
        elif not silent:
            lines.append(line)
    return "\n".join(lines)


def without_calls(text: str, unnaming: Unnaming) -> str:
    """Give a text that calls them by name no more."""
    handles = unnaming.handles

    def instead(found: re.Match[str]) -> str:
        return unnaming.instead if found[1].casefold() in handles else found[0]

    return CALL.sub(instead, text)
