"""Posts from entries: the title and the Markdown of one entry's post, and of the round-up of an issue.

Everything is a stranger's plain text; it is escaped so that it stays plain text in Markdown.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blogs.entries import FeedEntry
from cop.markup.rendering import LIMIT

TITLE_LIMIT = 200
AUTHORS_SHOWN = 8
ABSTRACT_SHOWN = 1500
# Leaves room for a facilitator's own words in a round-up that was made by itself.
BODY_LIMIT = LIMIT - 2000


@dataclass(frozen=True)
class Credit:
    """Where entries come from, and what the blog says about it."""

    title: str
    url: str = ""
    note: str = ""


def issue_key(entry: FeedEntry) -> str:
    """Give what the entries of one issue share: journal, volume and number; nothing where no issue is named."""
    return " / ".join((entry.journal, entry.volume, entry.number))[:300] if entry.volume else ""


def issue_name(entry: FeedEntry) -> str:
    """Give an issue's name as it is cited: “Phytotaxa 528 (4)”."""
    number = f" ({entry.number})" if entry.number else ""
    return f"{entry.journal} {entry.volume}{number}" if entry.volume else f"{entry.journal}{number}"


def by_issue(entries: Sequence[FeedEntry]) -> dict[str, list[int]]:
    """Give the positions of `entries` by issue, in the order in which issues come."""
    groups: dict[str, list[int]] = {}
    for position, entry in enumerate(entries):
        groups.setdefault(issue_key(entry), []).append(position)
    return groups


def round_up_title(entries: Sequence[FeedEntry], credit: Credit, *, is_more: bool = False) -> str:
    """Give the title of the round-up of `entries`, all of one issue; `is_more` where the issue had a post before."""
    count, first = len(entries), entries[0]
    values = {"issue": issue_name(first) if first.volume else credit.title, "count": count}
    if not first.volume:
        text = ngettext("%(issue)s: %(count)d new article", "%(issue)s: %(count)d new articles", count)
    elif is_more:
        text = ngettext("%(issue)s: %(count)d more article", "%(issue)s: %(count)d more articles", count)
    else:
        text = "%(issue)s"
    if len(text % values) > TITLE_LIMIT:
        values["issue"] = shortened(str(values["issue"]), TITLE_LIMIT - 40)
    return text % values


def round_up_body(entries: Sequence[FeedEntry], credit: Credit) -> str:
    """Give the Markdown of a round-up: a line for each article with its link, authors, pages and DOI."""
    articles = "\n".join(article_line(entry, credit) for entry in entries)
    return _joined(note_of(credit), articles, credit_line(credit))


def entry_title(entry: FeedEntry) -> str:
    """Give the title of one entry's post; entries without a title are named by how they begin."""
    title = entry.title or " ".join(entry.abstract.split()) or issue_name(entry)
    return shortened(title, TITLE_LIMIT)


def entry_body(entry: FeedEntry, credit: Credit) -> str:
    """Give the Markdown of one entry's post: authors, the beginning of the text, where to read on, credit."""
    paragraphs = re.split(r"\n\s*\n", shortened(entry.abstract, ABSTRACT_SHOWN))
    abstract = "\n\n".join(escaped(paragraph) for paragraph in paragraphs if paragraph.strip())
    where = " · ".join(part for part in (_journal_line(entry), doi_link(entry)) if part)
    host = (urlsplit(entry.url).hostname or "").removeprefix("www.")
    read_on = linked(_("Read it at %(host)s") % {"host": host}, entry.url) if host else ""
    return _joined(note_of(credit), escaped(authors_line(entry)), abstract, where, read_on, credit_line(credit))


def article_line(entry: FeedEntry, credit: Credit) -> str:
    """Give one article as a Markdown list item; its journal is named where it is not the one that is credited."""
    title = entry.title or entry.url
    journal = entry.journal if not entry.volume and entry.journal != credit.title else ""
    facts = [escaped(authors_line(entry)), escaped(journal), escaped(_pages(entry)), doi_link(entry)]
    below = " · ".join(fact for fact in facts if fact)
    first = f"- {linked(title, entry.url)}"
    return f"{first}  \n  {below}" if below else first


def parts(entries: Sequence[FeedEntry], credit: Credit) -> list[list[int]]:
    """Cut the positions of `entries` into parts, each of which fits into a post."""
    room = BODY_LIMIT - len(round_up_body([], credit))
    cut: list[list[int]] = []
    used = room
    for position, entry in enumerate(entries):
        length = len(article_line(entry, credit)) + 1
        if used + length > room:
            cut.append([])
            used = 0
        cut[-1].append(position)
        used += length
    return cut


def authors_line(entry: FeedEntry) -> str:
    """Give the authors in one line, the first few by name."""
    names = [shortened(name, 300) for name in entry.authors]
    if len(names) <= AUTHORS_SHOWN:
        return ", ".join(names)
    others = len(names) - AUTHORS_SHOWN
    text = ngettext("%(names)s and %(count)d other", "%(names)s and %(count)d others", others)
    return text % {"names": ", ".join(names[:AUTHORS_SHOWN]), "count": others}


def doi_link(entry: FeedEntry) -> str:
    """Give the DOI as a link (DOI display guidelines: the whole address), or nothing."""
    if not entry.doi or re.search(r"[<>\s\\]", entry.doi):
        return ""
    address = f"https://doi.org/{entry.doi}"
    return linked(address, address)


def credit_line(credit: Credit) -> str:
    """Say where it comes from."""
    return _("From %(source)s.") % {"source": linked(credit.title, credit.url)}


def note_of(credit: Credit) -> str:
    """Give the blog's own line, which its facilitator wrote in Markdown."""
    return credit.note.strip()


def linked(text: str, url: str) -> str:
    """Give `text` as a Markdown link to `url`, or plain where there is none."""
    return f"[{escaped(text)}](<{url}>)" if url else escaped(text)


def escaped(text: str) -> str:
    """Give plain text as Markdown that shows it as it is, in one paragraph."""
    line = " ".join(text.split())
    line = re.sub(r"([\\`*_\[\]~])", r"\\\1", line.replace("&", "&amp;").replace("<", "&lt;"))
    return re.sub(r"^(\d+)([.)])", r"\1\\\2", re.sub(r"^([#>+-])", r"\\\1", line))


def shortened(text: str, limit: int) -> str:
    """Give `text`, cut at a word and with an ellipsis where it is longer than `limit` characters."""
    if len(text) <= limit:
        return text
    return f"{text[: limit - 1].rsplit(' ', 1)[0].rstrip(' ,;:.')}…"


def _journal_line(entry: FeedEntry) -> str:
    if not entry.volume and not entry.pages:
        return ""
    return escaped(", ".join(part for part in (issue_name(entry), _pages(entry)) if part))


def _pages(entry: FeedEntry) -> str:
    return _("pp. %(pages)s") % {"pages": entry.pages} if entry.pages else ""


def _joined(*blocks: str) -> str:
    return "\n\n".join(block for block in blocks if block)
