"""Lists of words and links, one a line, and what of a text stands in them. No line is ever read as a pattern."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from posixpath import normpath
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.guarding.letters import is_spaceless, plain_words, run_together
from cop.guarding.models import WordList
from members.models import Community

MOST_LINES = 500
SCHEME = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?/{2,}|^https?:/*", re.IGNORECASE)
UNSEEN = {"Cc", "Cf", "Zl", "Zp"}
DOTS = str.maketrans("。．｡․", "....")
BROKEN_DOTS = (("[.]", "."), ("(.)", "."), ("{.}", "."))
NOT_IN_ADDRESSES = re.compile(r"[^\w.\-/:%~]+")
LONGEST_PHRASE = 8


def found_in(title: str, text: str, links: Iterable[str], *, community: Community) -> str:
    """Give the first line of the site's or the community's lists that stands in a text, or an empty text."""
    return next(all_found_in(title, text, links, community=community), "")


def all_found_in(title: str, text: str, links: Iterable[str], *, community: Community) -> Iterator[str]:
    """Give each line of the site's or the community's lists that stands in a text."""
    lists = list(WordList.objects.filter(community=community)) + list(WordList.objects.filter(community=None))
    if not lists:
        return
    whole = f"{title}\n{text}"
    words = plain_words(whole)
    addresses = _all_addresses(links, whole) if any(one.links for one in lists) else []
    for one in lists:
        yield from _words_in(one.words, words, run_together(whole))
        yield from _links_in(one.links, addresses)


def _all_addresses(links: Iterable[str], text: str) -> list[tuple[str, str]]:
    """Give what links lead to, also by way of another site, and what is typed like an address."""
    links = list(links)
    by_way_of = " ".join(unquote(link.partition("?")[2]) for link in links)
    return [_address(one) for one in (*links, *_addresses_in(f"{text} {by_way_of}"))]


def refuse_listed(typed: Mapping[str, str], *, community: Community) -> None:
    """Raise Refused, each at its field, for what a visitor typed that others read: names and single lines.

    There is no text in which it could wait, and a name is said differently in no time.
    """
    sentence = _("This stands in a list of words and links that are not shown here. Write it differently.")
    wrong = {field: sentence for field, text in typed.items() if text and found_in("", text, [], community=community)}
    if wrong:
        raise Refused(wrong)


def lines_of(text: str) -> list[str]:
    """Give the lines of a list, without those that are empty."""
    return [line for raw in text.splitlines() if (line := raw.strip())][:MOST_LINES]


def _words_in(listed: str, words: list[str], pieces: set[str]) -> Iterator[str]:
    lines = lines_of(listed)
    if not lines:
        return
    there = {
        tuple(words[start : start + length])
        for length in range(1, LONGEST_PHRASE + 1)
        for start in range(len(words) - length + 1)
    }
    spaceless = "".join(words)
    single = {*words, *pieces}
    for line in lines:
        phrase = tuple(plain_words(line.rstrip("*")))
        if not phrase:
            continue
        if line.endswith("*") and len(phrase) == 1:
            if any(word.startswith(phrase[0]) for word in single):
                yield line
        elif phrase in there or "".join(phrase) in pieces or _is_within(phrase, spaceless):
            yield line


def _is_within(phrase: tuple[str, ...], spaceless: str) -> bool:
    return is_spaceless(phrase[0]) and "".join(phrase) in spaceless


def _links_in(listed: str, addresses: list[tuple[str, str]]) -> Iterator[str]:
    for line in lines_of(listed) if addresses else ():
        host, path = _address(line)
        if host and any(_is_below(other, host) and below.startswith(path) for other, below in addresses):
            yield line


def _is_below(other: str, host: str) -> bool:
    return other == host or other.endswith(f".{host}")


def _address(link: str) -> tuple[str, str]:
    """Give host and path of a link as they are compared: as a browser reads it, also without a scheme."""
    # Full width letters and dots, invisible characters and backslashes lead to the same place.
    link = as_browsers_read(link)
    try:
        parts = urlsplit(f"//{SCHEME.sub('', link)}")
        host = (parts.hostname or "").strip(".*")
    except ValueError:
        return "", ""
    with suppress(UnicodeError):
        host = host.encode("ascii").decode("idna")
    path = normpath(f"/{unquote(parts.path)}").lstrip("/").casefold()
    return host.removeprefix("www."), f"/{path}" if path not in ("", ".") else ""


def as_browsers_read(link: str) -> str:
    """Give a link in the letters that a browser reads in it."""
    seen = "".join(char for char in unicodedata.normalize("NFKC", link) if unicodedata.category(char) not in UNSEEN)
    return seen.translate(DOTS).replace("\\", "/").strip()


def _addresses_in(text: str) -> Iterator[str]:
    """Give what looks like an address in a plain text, though it is no link: people type it over all the same."""
    plain = as_browsers_read(text.replace("\n", " "))
    for written, meant in BROKEN_DOTS:
        plain = plain.replace(written, meant)
    for word in NOT_IN_ADDRESSES.split(plain):
        if "." in word.strip("."):
            yield word.strip(".-:/")
