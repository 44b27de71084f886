"""Lists of words and links, one a line, and what of a text stands in them. No line is ever read as a pattern."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from urllib.parse import urlsplit

from cop.guarding.letters import is_spaceless, plain_words
from cop.guarding.models import WordList
from members.models import Community

MOST_LINES = 500
LONGEST_PHRASE = 8


def found_in(title: str, text: str, links: Iterable[str], *, community: Community) -> str:
    """Give the first line of the site's or the community's lists that stands in a text, or an empty text."""
    return next(all_found_in(title, text, links, community=community), "")


def all_found_in(title: str, text: str, links: Iterable[str], *, community: Community) -> Iterator[str]:
    """Give each line of the site's or the community's lists that stands in a text."""
    lists = list(WordList.objects.filter(community=community)) + list(WordList.objects.filter(community=None))
    if not lists:
        return
    words = plain_words(f"{title}\n{text}")
    addresses = [_address(link) for link in links]
    for one in lists:
        yield from _words_in(one.words, words)
        yield from _links_in(one.links, addresses)


def lines_of(text: str) -> list[str]:
    """Give the lines of a list, without those that are empty."""
    return [line for raw in text.splitlines() if (line := raw.strip())][:MOST_LINES]


def _words_in(listed: str, words: list[str]) -> Iterator[str]:
    lines = lines_of(listed)
    if not lines:
        return
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
                yield line
        elif phrase in there or (is_spaceless(phrase[0]) and "".join(phrase) in run_together):
            yield line


def _links_in(listed: str, addresses: list[tuple[str, str]]) -> Iterator[str]:
    for line in lines_of(listed) if addresses else ():
        host, path = _address(line)
        if host and any(_is_below(other, host) and below.startswith(path) for other, below in addresses):
            yield line


def _is_below(other: str, host: str) -> bool:
    return other == host or other.endswith(f".{host}")


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
