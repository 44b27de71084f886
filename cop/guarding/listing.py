"""Lists of words and links, one a line, and what of a text stands in them. No line is ever read as a pattern."""

from collections.abc import Iterable
from contextlib import suppress
from urllib.parse import urlsplit

from cop.guarding.letters import is_spaceless, plain_words
from cop.guarding.models import WordList
from members.models import Community

MOST_LINES = 500
LONGEST_PHRASE = 8


def found_in(title: str, text: str, links: Iterable[str], *, community: Community) -> str:
    """Give the first line of the site's or the community's lists that stands in a text, or an empty text."""
    lists = list(WordList.objects.filter(community=community)) + list(WordList.objects.filter(community=None))
    if not lists:
        return ""
    words = plain_words(f"{title}\n{text}")
    addresses = [_address(link) for link in links]
    for one in lists:
        if line := _word_in(one.words, words) or _link_in(one.links, addresses):
            return line
    return ""


def lines_of(text: str) -> list[str]:
    """Give the lines of a list, without those that are empty."""
    return [line for raw in text.splitlines() if (line := raw.strip())][:MOST_LINES]


def _word_in(listed: str, words: list[str]) -> str:
    lines = lines_of(listed)
    if not lines:
        return ""
    there = {
        tuple(words[start : start + length])
        for length in range(1, LONGEST_PHRASE + 1)
        for start in range(len(words) - length + 1)
    }
    run_together = "".join(words)
    for line in lines:
        phrase = tuple(plain_words(line.rstrip("*")))
        if not phrase:
            continue
        if line.endswith("*") and len(phrase) == 1:
            if any(word.startswith(phrase[0]) for word in words):
                return line
        elif phrase in there or (is_spaceless(phrase[0]) and "".join(phrase) in run_together):
            return line
    return ""


def _link_in(listed: str, addresses: list[tuple[str, str]]) -> str:
    for line in lines_of(listed) if addresses else ():
        host, path = _address(line)
        for other, other_path in addresses:
            is_host = other == host or other.endswith(f".{host}")
            if host and is_host and other_path.startswith(path):
                return line
    return ""


def _address(link: str) -> tuple[str, str]:
    """Give host and path of a link as they are compared: also of one without a scheme, and in its readable letters."""
    link = link.strip()
    try:
        parts = urlsplit(link if "//" in link else f"//{link}")
        host = (parts.hostname or "").strip(".*")
    except ValueError:
        return "", ""
    with suppress(UnicodeError):
        host = host.encode("ascii").decode("idna")
    return host.removeprefix("www."), parts.path.rstrip("/")
