"""Searching: ranked rows that the reader may read, from one table over all kinds."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Q

from cop.markup.rendering import excerpt as cut
from cop.search import postgresql, sqlite
from cop.search.asking import Question, Term, read
from cop.search.engines import HIT, HIT_END, MOST, Engine
from cop.search.models import SearchEntry, SearchEntryQuerySet
from members.audiences import Reader
from members.blocking_models import is_blocked_by
from members.models import Community

SIZE = 20
EXCERPT_LENGTH = 220
SIMILAR = 5
MOST_HOLDING = 200
# Words so short, or so many, say nothing of what a title is about.
SIMILAR_WORD = 3
SIMILAR_WORDS = 10
MARK = re.compile(r"(older|newer)\.(-?\d{1,18})\.(\d{1,18})")

Pieces = list[tuple[str, bool]]


@dataclass(frozen=True)
class Hit:
    """One found thing; title and excerpt come in pieces, each with whether it is what was asked for."""

    entry: SearchEntry
    title: Pieces
    excerpt: Pieces


@dataclass(frozen=True)
class Found:
    """One page of what was found; `count` is exact unless `is_cut`; `older`, `newer` are `?page=` values, or empty."""

    question: Question
    hits: list[Hit] = field(default_factory=list)
    count: int = 0
    is_cut: bool = False
    older: str = ""
    newer: str = ""


def search(
    user: Reader,
    words: str,
    *,
    community: Community | None = None,
    kind: str = "",
    thing: tuple[str, int] | None = None,
    topic: int | None = None,
    is_newest_first: bool = False,
    at: str = "",
    size: int = SIZE,
) -> Found:
    """Give the page `at` of what `user` may read and `words` ask for, the best first.

    `community`, `kind`, `thing` (the kind and id of a blog or forum) and `topic` narrow it. No text is an error: where
    nothing is asked for, nothing is found.
    """
    question = read(words)
    rows = scope(user, community=community, kind=kind, thing=thing, topic=topic)
    return _answer(rows, question, user, is_newest_first=is_newest_first, at=at, size=size)


def search_any(
    user: Reader,
    words: str,
    *,
    community: Community | None = None,
    kind: str = "",
    thing: tuple[str, int] | None = None,
    topic: int | None = None,
    size: int = 5,
) -> Found:
    """Give the best of what holds some of the words, for when nothing holds them all."""
    question = read(words).with_any()
    rows = scope(user, community=community, kind=kind, thing=thing, topic=topic)
    return _answer(rows, question, user, size=size) if len(question.wanted) > 1 else Found(question)


def similar(
    user: Reader, community: Community, title: str, *, kinds: Collection[str] = ("topic",), most: int = SIMILAR
) -> list[SearchEntry]:
    """Give what `user` may read in a community with a title like `title`, the nearest first: for hints while typing."""
    asked = {term.text.strip(".,;:!?()'’“”").casefold() for term in read(f"{title} ").wanted}
    words = sorted((word for word in asked if len(word) >= SIMILAR_WORD), key=len, reverse=True)[:SIMILAR_WORDS]
    if not words:
        return []
    question = Question(terms=tuple(Term(word) for word in words), is_any=True)
    rows = scope(user, community=community).filter(kind__in=kinds)
    ids = _engine().similar(rows, question, most=most)
    entries = SearchEntry.objects.select_related("author").defer("text").in_bulk(ids)
    return [entries[pk] for pk in ids if pk in entries]


def holding(rows: SearchEntryQuerySet, phrase: str) -> list[SearchEntry]:
    """Give those of some entries that hold a phrase word for word, MOST_HOLDING of them at most."""
    words = phrase.casefold().split()
    if not words:
        return []
    # "Anna Berg", and @Anna.Berg, which PostgreSQL keeps as one word.
    terms = {" ".join(words), ".".join(words)}
    question = Question(terms=tuple(Term(term, is_phrase=True) for term in sorted(terms)), is_any=True)
    ids = [match.id for match in _engine().matches(rows, question, most=MOST_HOLDING)]
    # The index knows words by their stems, and without their accents.
    exactly = re.compile(r"(?<!\w)" + r"[\s.]+".join(map(re.escape, words)) + r"(?!\w)")
    entries = SearchEntry.objects.filter(pk__in=ids).order_by("pk")
    return [entry for entry in entries if exactly.search(f"{entry.title}\n{entry.text}".casefold())]


def scope(
    user: Reader,
    *,
    community: Community | None = None,
    kind: str = "",
    thing: tuple[str, int] | None = None,
    topic: int | None = None,
) -> SearchEntryQuerySet:
    """Give the entries among which a search looks: of whom the reader blocked, none."""
    rows = SearchEntry.objects.visible_to(user)
    if user.is_authenticated:
        rows = rows.exclude(is_blocked_by(user.pk, "author"))
    if community is not None:
        rows = rows.filter(community=community)
    if kind:
        rows = rows.filter(kind=kind)
    if thing is not None:
        rows = rows.within(*thing)
    if topic is not None:
        rows = rows.filter(topic_id=topic)
    return rows


def _engine() -> Engine:
    return postgresql if connection.vendor == "postgresql" else sqlite


def _answer(
    rows: SearchEntryQuerySet,
    question: Question,
    user: Reader,
    *,
    is_newest_first: bool = False,
    at: str = "",
    size: int = SIZE,
) -> Found:
    if question.is_empty:
        return Found(question)
    matches = _engine().matches(_filtered(rows, question, user), question)
    keys = {(match.at if is_newest_first else match.rank, match.id) for match in matches}
    chosen, older, newer = _page(sorted(keys, reverse=True), at, size)
    return Found(
        question=question,
        hits=_hits([pk for _key, pk in chosen], question),
        count=len(matches),
        is_cut=len(matches) >= MOST,
        older=older,
        newer=newer,
    )


def _filtered(rows: SearchEntryQuerySet, question: Question, user: Reader) -> SearchEntryQuerySet:
    for tag in question.tags:
        rows = rows.tagged(tag)
    for name in question.by:
        rows = rows.written_by(name)
    for name in question.inside:
        named = Community.objects.visible_to(user).filter(Q(slug__iexact=name) | Q(name__icontains=name))
        rows = rows.filter(community__in=named.values("pk"))
    return rows


def _page(keys: Sequence[tuple[int, int]], at: str, size: int) -> tuple[list[tuple[int, int]], str, str]:
    """Give the keys of one page, and the marks that lead on; a mark that nobody here wrote is the first page."""
    mark = MARK.fullmatch(at)
    if mark and mark[1] == "newer":
        before = [key for key in keys if key > (int(mark[2]), int(mark[3]))]
        chosen = before[-size:]
    elif mark:
        chosen = [key for key in keys if key < (int(mark[2]), int(mark[3]))][:size]
    else:
        chosen = list(keys[:size])
    if not chosen:
        return [], "", ""
    older = "older.{}.{}".format(*chosen[-1]) if chosen[-1] != keys[-1] else ""
    newer = "newer.{}.{}".format(*chosen[0]) if chosen[0] != keys[0] else ""
    return chosen, older, newer


def _hits(ids: list[int], question: Question) -> list[Hit]:
    entries = SearchEntry.objects.select_related("author", "community").in_bulk(ids)
    marked = _engine().marked(ids, question) if question.wanted and ids else {}
    return [_hit(entries[pk], marked.get(pk)) for pk in ids if pk in entries]


def _hit(entry: SearchEntry, marked: tuple[str, str] | None) -> Hit:
    start = cut(entry.text, EXCERPT_LENGTH)
    title, excerpt = marked or (entry.title, start)
    return Hit(entry, pieces(title or entry.heading), pieces(excerpt if HIT in excerpt else start))


def pieces(text: str) -> Pieces:
    """Part an engine's text at its marks."""
    found: Pieces = []
    for number, part in enumerate(text.split(HIT)):
        hit, _mark, rest = part.partition(HIT_END) if number else ("", "", part)
        found += [(hit, True)] if hit else []
        found += [(rest, False)] if rest else []
    return found
