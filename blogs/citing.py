"""What a citation needs, where journals put it: DOI, journal, issue, pages, authors (PRISM, Dublin Core or text)."""

import re
from typing import Any
from urllib.parse import unquote

DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"'<>&?#]+", re.IGNORECASE)
DOI_SAID = re.compile(r"\bdoi\s*:?\s*(?:https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/[^\s\"'<>]+)", re.IGNORECASE)
DOI_TAIL = re.compile(
    r"/(?:full|abstract|pdf|epdf|html|meta|summary|fulltext)(?:/.*)?$|\.(?:pdf|html?)$", re.IGNORECASE
)
ISSUE_SAID = re.compile(
    r"\bVol(?:ume|\.)?\s*(?P<volume>\d{1,4}|[IVXLC]{1,8})\b"
    r"(?:[\s,;:(]+(?:No|Nr|Issue|Number|Num)\b\.?\s*(?P<number>[\w/–-]{1,12}))?",
    re.IGNORECASE,
)
PAGES_SAID = re.compile(r"\bp(?:ages?|p)?\.?\s*(\d{1,6}\s*[-–]\s*\d{1,6})", re.IGNORECASE)
NOTHING_SAID = re.compile(r"\W*(n/a|none|ahead of print|early view|online first)?\W*$", re.IGNORECASE)
# Words that publishers put before or after a journal's name in the title of a feed.
ROUND_A_NAME = [
    r"^(?:latest|current|new|recent)\s+(?:articles|issue|papers|content|results)\s+(?:from|of|in|for)\s+",
    r"^(?:articles|papers|arbeiten|table of contents)\s+(?:from|of|in|for|aus)\s+",
    r"^(?:tandf|wiley|sage publications(?: inc| ltd)?|sciencedirect publication|springer|biomed central)\s*:\s*",
    r"\s*[:|,–-]?\s*\b(?:table of contents|(?:current|latest|most recent) (?:issue|articles|content)|new articles)$",
    r"\s*[:|,–-]?\s*\b(?:advance access|early view|(?:online )?ahead of print|rss feed|rss)$",
]


def doi_in(text: str) -> str:
    """Give the DOI in an address or an identifier, bare and in lower case (DOI Handbook §2.4), or nothing."""
    found = DOI.search(unquote(text))
    return _tidied(found.group()) if found else ""


def _tidied(doi: str) -> str:
    doi = DOI_TAIL.sub("", doi).rstrip(".,;:)]}")
    # A closing bracket belongs to it only where it was opened.
    if doi.count("(") > doi.count(")"):
        doi += ")"
    return doi.lower()[:200]


def doi_of(entry: dict[str, Any], *, url: str, guid: str, text: str) -> tuple[str, bool]:
    """Give an entry's DOI and whether it is surely its own: a DOI in a text may be that of the work it speaks of."""
    for place in (entry.get("prism_doi"), entry.get("dc_identifier"), entry.get("prism_url"), guid, url):
        if isinstance(place, str) and (doi := doi_in(place)):
            return doi, True
    said = {_tidied(doi) for doi in DOI_SAID.findall(text)}
    return (said.pop(), False) if len(said) == 1 else ("", False)


def journal_of_feed(feed: dict[str, Any], title: str) -> str:
    """Give a feed's journal: PRISM's name for it, else its title without the words round it."""
    named = _line(feed.get("prism_publicationname")) or title
    for words in ROUND_A_NAME:
        shorter = re.sub(words, "", named, flags=re.IGNORECASE).strip()
        named = shorter or named
    return named[:200]


def journal_of_entry(entry: dict[str, Any], journal: str) -> str:
    """Give the journal that an entry names; some publishers write the article's title there, which is refused."""
    title = _line(entry.get("title")).casefold()
    for name in ("prism_publicationname", "prism_publicationtitle", "dc_source"):
        said = re.split(r";|\bVol\.", _line(entry.get(name)))[0].strip(" ,")
        if said and said.casefold() not in title and not said.startswith(("http", "urn:", "doi:")):
            return said[:200]
    return journal


def issue_of(entry: dict[str, Any], *, journal: str, text: str, is_article: bool) -> tuple[str, str, str]:
    """Give (volume, number, pages), each as written or empty.

    A text is searched only where `is_article`: elsewhere “volume 2” may mean anything.
    """
    volume, number = (
        _part(entry.get("prism_volume")),
        _part(entry.get("prism_number") or entry.get("prism_issueidentifier")),
    )
    first, last = _part(entry.get("prism_startingpage")), _part(entry.get("prism_endingpage"))
    pages = f"{first}–{last}" if first and last and first != last else first
    head = f"{_line(entry.get('dc_source'))}\n{text[:300] if is_article else ''}"
    if not volume and (said := ISSUE_SAID.search(head) or _cited(journal).search(head)):
        volume, number = said.group("volume"), number or said.group("number") or ""
        pages = pages or said.groupdict().get("pages") or ""
    if not pages and (found := PAGES_SAID.search(head)):
        pages = found.group(1)
    pages = re.sub(r"\s*[-–]\s*", "–", pages)
    return volume, number, pages[:40]


def _cited(journal: str) -> re.Pattern[str]:
    """A journal as it is cited: “MycoKeys 85: 73-85”, “Phytotaxa, 528 (4): 229–239”."""
    number, pages = r"(?:\s?\((?P<number>[\w/–-]{1,8})\))?", r"(?P<pages>\w?\d{1,6}(?:\s?[-–]\s?\w?\d{1,6})?)"
    return re.compile(rf"{re.escape(journal)},?\s+(?P<volume>\d{{1,4}}){number}\s*:\s*{pages}")


def authors_in(text: str) -> tuple[str, ...]:
    """Give the authors of a line that begins with “Authors:”, as some publishers write them into the summary."""
    found = re.search(r"^\s*Authors?\s*:\s*(.{3,2000})$", text, re.IGNORECASE | re.MULTILINE)
    return tuple(name.strip() for name in found.group(1).split(",") if name.strip())[:200] if found else ()


def abstract_in(text: str) -> str:
    """Give the abstract without its heading; nothing where the text only says where the article stands."""
    found = re.search(r"^\s*(?:abstract|summary)\b\s*:?\s*(?=\S)", text, re.IGNORECASE | re.MULTILINE)
    abstract = (text[found.end() :] if found else text).strip()
    says_nothing = len(abstract) < 200 and (ISSUE_SAID.match(abstract) or NOTHING_SAID.match(abstract))
    return "" if says_nothing else abstract


def _part(value: Any) -> str:
    return _line(value)[:40]


def _line(value: Any) -> str:
    return " ".join(storable(value).split()) if isinstance(value, str) else ""


def storable(text: str) -> str:
    """Give `text` without what a database refuses: NUL, and halves of characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
