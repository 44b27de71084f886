"""Recognising an entry when it comes again: with another GUID, another link, other order, or through another source.

Each entry has several identities, and one in common is enough. DOI first. A link or a GUID alone proves little (a feed
may send every entry to the journal's front page, or number its entries anew each time), so they count in pairs: link
and GUID, link and title, GUID and title. Journal, title and authors together count where they are telling.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

from blogs.entries import FeedEntry

TELLING_TITLE = 30  # characters; shorter ones ("Editorial", "Book reviews") come again in every issue
SAME_TIME = timedelta(days=4)
# What campaigns, readers and sessions add to an address; the page is the same without it.
NOT_THE_PAGE = re.compile(
    r"^(utm_\w+|mc_[ce]id|fbclid|gclid|dclid|msclkid|igshid|af|rft_dat|jsessionid|phpsessid|xtor|spref)=|"
    r"^(from|ref|source|src|track|via|rss|feed)=(rss|feed|atom|1|)$|^\w*sid=[0-9a-f]{16,}$",
    re.IGNORECASE,
)


def identities(entry: FeedEntry, *, scope: str) -> dict[str, str]:
    """Give the identities of `entry` as {kind: digest}, strongest first; `scope` names its source.

    GUIDs without a link are compared within one source alone: many feeds number their entries 1, 2, 3.
    """
    title = folded(entry.title)
    link, guid = page_of(entry.url), page_of(entry.guid)
    found: dict[str, str] = {}
    if entry.doi and entry.doi_is_sure:
        found["doi"] = _digest("doi", entry.doi)
    if entry.doi and title:
        found["doi+title"] = _digest("doi", entry.doi, title)
    if link or guid:
        found["link+guid"] = _digest("link+guid", link, guid, "" if link else scope)
    if link and title:
        found["link+title"] = _digest("link+title", link, title)
    if guid and title:
        found["guid+title"] = _digest("guid+title", guid, title)
    if entry.volume and entry.pages and title:
        found["place"] = _digest("place", folded(entry.journal), entry.volume, entry.number, entry.pages, title)
    authors = folded(" ".join(entry.authors))
    if title and (authors or len(entry.title) >= TELLING_TITLE):
        found["title+authors"] = _digest("title+authors", folded(entry.journal), title, authors)
    return found


def ambiguous(entries: Iterable[FeedEntry], *, scope: str) -> set[str]:
    """Give the digests that name different entries of one document, and so name none.

    One article listed twice is no such case: its titles agree.
    """
    titles: dict[str, set[str]] = {}
    for entry in entries:
        for digest in identities(entry, scope=scope).values():
            titles.setdefault(digest, set()).add(folded(entry.title))
    return {digest for digest, named in titles.items() if len(named) > 1}


def may_be_same(entry: FeedEntry, known: FeedEntry, *, by: str) -> bool:
    """Whether two entries that share the identity of kind `by` are the same; a contradiction says no.

    Two sure DOIs that differ are two articles. A title that comes again ("This week in …") with another link, another
    GUID and at another time is another entry.
    """
    if entry.doi and known.doi and entry.doi_is_sure and known.doi_is_sure and entry.doi != known.doi:
        return False
    if by == "title+authors":
        has_moved = page_of(entry.url) != page_of(known.url) and page_of(entry.guid) != page_of(known.guid)
        if has_moved and not (entry.doi and entry.doi == known.doi):
            return _same_time(entry, known)
    return True


def _same_time(entry: FeedEntry, known: FeedEntry) -> bool:
    if entry.published_at is None or known.published_at is None:
        return True
    return abs(entry.published_at - known.published_at) <= SAME_TIME


def page_of(address: str) -> str:
    """Give the page that an address means: no scheme, no `www.`, no port, no fragment, no tracking; a GUID as it is."""
    try:
        parts = urlsplit(address.strip())
        host = parts.hostname or ""
    except ValueError:
        return address.strip()
    if parts.scheme not in ("http", "https") or not host:
        return address.strip()
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not NOT_THE_PAGE.match("=".join(pair))]
    path = re.sub(r";jsessionid=[^/?]*", "", parts.path, flags=re.IGNORECASE)
    path = re.sub(r"/{2,}", "/", path).rstrip("/")
    return f"{host.removeprefix('www.')}{path}?{urlencode(sorted(query))}".rstrip("?")


def folded(text: str) -> str:
    """Give a text as it is compared: letters and digits alone, without regard to case or to how accents are coded."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.findall(r"\w+", plain))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:40]
