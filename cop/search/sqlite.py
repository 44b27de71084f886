"""Full-text search on SQLite: an FTS5 table beside the entries, kept by triggers, weighed by BM25."""

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from cop.search.asking import Question, Term
from cop.search.engines import HIT, HIT_END, MOST, Match
from cop.search.models import SearchEntryQuerySet

# How much a hit weighs in the title, the tags and the text.
WEIGHTS = "8.0, 4.0, 1.0"
SCALE = 1_000_000_000
WORDS_OF_EXCERPT = 32


def matches(rows: SearchEntryQuerySet, question: Question, *, most: int = MOST) -> list[Match]:
    """Give the newest `most` of `rows` that match, in no order."""
    for term in question.unwanted:
        rows = rows.exclude(_matching(_quoted(term)))
    wanted = expression(question)
    if not wanted:
        return [Match(pk, 0, _micros(at)) for pk, at in rows.order_by("-at", "-pk").values_list("pk", "at")[:most]]
    ids = dict(_ranked(rows, wanted, most=most))
    dates = dict(rows.model.objects.filter(pk__in=ids).values_list("pk", "at"))
    return [Match(pk, rank, _micros(dates[pk])) for pk, rank in ids.items() if pk in dates]


def _ranked(rows: SearchEntryQuerySet, wanted: str, *, most: int) -> list[tuple[int, int]]:
    try:
        visible, params = rows.order_by().values_list("id", "at").query.sql_with_params()
    except EmptyResultSet:
        return []
    # The index goes first: asked for one entry at a time, BM25 would count the whole table each time.
    sql = f"""
        WITH found AS MATERIALIZED (
            SELECT rowid AS id, bm25(search_index, {WEIGHTS}) AS score FROM search_index WHERE search_index MATCH %s
        )
        SELECT found.id, found.score FROM found JOIN ({visible}) AS seen ON seen.id = found.id
        ORDER BY seen.at DESC, seen.id DESC LIMIT %s
    """  # nosec B608 # noqa: S608 - the ORM's own SQL; every value is a parameter
    with connection.cursor() as cursor:
        cursor.execute(sql, [wanted, *params, most])
        return [(pk, round(-score * SCALE)) for pk, score in cursor.fetchall()]


def similar(rows: SearchEntryQuerySet, question: Question, *, most: int) -> list[int]:
    """Give the ids of those of `rows` whose titles hold most of the question's words, the nearest first."""
    wanted = f"title : ({expression(question)})"
    ranked = sorted(_ranked(rows, wanted, most=MOST), key=lambda pair: (-pair[1], -pair[0]))
    return [pk for pk, _rank in ranked[:most]]


def marked(ids: list[int], question: Question) -> dict[int, tuple[str, str]]:
    """Give the title and an excerpt of entries, with HIT and HIT_END around hits."""
    wanted = expression(question)
    if not wanted or not ids:
        return {}
    places = ", ".join(["%s"] * len(ids))
    sql = f"""
        SELECT rowid, highlight(search_index, 0, %s, %s), snippet(search_index, 2, %s, %s, '…', {WORDS_OF_EXCERPT})
        FROM search_index WHERE search_index MATCH %s AND rowid IN ({places})
    """  # nosec B608 # noqa: S608 - every value is a parameter
    with connection.cursor() as cursor:
        cursor.execute(sql, [HIT, HIT_END, HIT, HIT_END, wanted, *ids])
        return {pk: (title, excerpt) for pk, title, excerpt in cursor.fetchall()}


def expression(question: Question) -> str:
    """Give the question in FTS5's words: nothing of it but quoted strings."""
    glue = " OR " if question.is_any else " AND "
    parts = [f"({glue.join(_quoted(term) for term in question.wanted)})"] if question.wanted else []
    # What bears a tag is found by the index; the tag itself is compared after that.
    parts += [f"tags : ({_quoted(Term(tag))})" for tag in question.tags]
    return " AND ".join(parts)


def _quoted(term: Term) -> str:
    text = term.text.replace('"', '""')
    return f'("{text}" OR "{text}" *)' if term.is_prefix else f'"{text}"'


def _matching(wanted: str) -> RawSQL:
    """Whether an entry matches, where its rank does not matter."""
    sql = '"search_searchentry"."id" IN (SELECT rowid FROM search_index WHERE search_index MATCH %s)'
    return RawSQL(sql, [wanted], output_field=BooleanField())  # nosec B611 # noqa: S611 - every value is a parameter


def _micros(at: Any) -> int:
    return int(at.timestamp() * 1_000_000)
