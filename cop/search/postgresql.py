"""Full-text search on PostgreSQL: a generated tsvector with a GIN index, words as they stand and their stems."""

from typing import Any

from django.db.models import BooleanField, FloatField, TextField
from django.db.models.expressions import RawSQL

from cop.search.asking import Question, Term
from cop.search.engines import HIT, HIT_END, MOST, Match
from cop.search.folding import fold
from cop.search.languages import configurations
from cop.search.models import SearchEntry, SearchEntryQuerySet

DOCUMENT = '"search_searchentry"."document"'
# Longer texts take covers into account more fairly when divided by the logarithm of their length.
NORMALISATION = 1
MARKS = f'StartSel="{HIT}", StopSel="{HIT_END}"'
TITLE = f"HighlightAll=true, {MARKS}"
EXCERPT = f'MaxFragments=2, MaxWords=22, MinWords=9, ShortWord=2, FragmentDelimiter=" … ", {MARKS}'

Sql = tuple[str, list[Any]]


def matches(rows: SearchEntryQuerySet, question: Question, *, most: int = MOST) -> list[Match]:
    """Give the newest `most` of `rows` that match, in no order."""
    sql, params = tsquery(question)
    if not sql:
        return [Match(pk, 0, _micros(at)) for pk, at in rows.order_by("-at", "-pk").values_list("pk", "at")[:most]]
    # First which, then how well: a rank worked out before the sort would be worked out for every match.
    newest = list(rows.filter(_matching(sql, params)).order_by("-at", "-pk").values_list("pk", flat=True)[:most])
    rank = RawSQL(  # nosec B611 # noqa: S611 - every value is a parameter
        f"ts_rank_cd({DOCUMENT}, {sql}, {NORMALISATION})", params, output_field=FloatField()
    )
    ranked = SearchEntry.objects.filter(pk__in=newest).annotate(rank=rank).values_list("pk", "rank", "at")
    return [Match(pk, round(weight * 1_000_000), _micros(at)) for pk, weight, at in ranked]


def similar(rows: SearchEntryQuerySet, question: Question, *, most: int) -> list[int]:
    """Give the ids of those of `rows` whose titles hold most of the question's words, the nearest first."""
    parts = [_to_tsquery(configuration, term, ":A") for term in question.wanted for configuration in configurations()]
    sql, params = (
        f"({' || '.join(part for part, _params in parts)})",
        [value for _part, given in parts for value in given],
    )
    rank = RawSQL(f"ts_rank({DOCUMENT}, {sql}, {NORMALISATION})", params, output_field=FloatField())  # nosec B611 # noqa: S611 - every value is a parameter
    found = rows.filter(_matching(sql, params)).annotate(rank=rank).order_by("-rank", "-at", "-pk")
    return list(found.values_list("pk", flat=True)[:most])


def marked(ids: list[int], question: Question) -> dict[int, tuple[str, str]]:
    """Give the title and an excerpt of entries, with HIT and HIT_END around hits."""
    sql, params = _all(question, is_folded=False)
    configuration = configurations()[-1]

    def headline(column: str, options: str) -> RawSQL:
        text = f'ts_headline(%s::regconfig, "search_searchentry"."{column}", {sql}, %s)'
        return RawSQL(text, [configuration, *params, options], output_field=TextField())  # nosec B611 # noqa: S611 - every value is a parameter

    rows = SearchEntry.objects.filter(pk__in=ids).annotate(
        marked_title=headline("title", TITLE), excerpt=headline("text", EXCERPT)
    )
    return {pk: (title, excerpt) for pk, title, excerpt in rows.values_list("pk", "marked_title", "excerpt")}


def tsquery(question: Question) -> Sql:
    """Give the SQL of a tsquery, and its parameters; empty where there are no words in the question."""
    wanted = [_either(term) for term in question.wanted]
    parts, glue = [part for part, _params in wanted], " || " if question.is_any else " && "
    params = [value for _part, given in wanted for value in given]
    sql = f"({glue.join(parts)})" if parts else ""
    for term in question.unwanted:
        part, given = _either(term)
        sql, params = (f"({sql} && !!{part})" if sql else f"(!!{part})"), [*params, *given]
    # What bears a tag has its words too, which the index finds; the tag itself is compared after that.
    for tag in question.tags:
        part, given = _either(Term(tag, is_phrase=True))
        sql, params = (f"({sql} && {part})" if sql else part), [*params, *given]
    return sql, params


def _all(question: Question, *, is_folded: bool) -> Sql:
    """What to mark: every wanted term, with and without accents."""
    found = [_either(term, is_folded=folded) for term in question.wanted for folded in {True, is_folded}]
    if not found:
        return "''::tsquery", []
    return f"({' || '.join(part for part, _params in found)})", [value for _part, given in found for value in given]


def _either(term: Term, *, is_folded: bool = True) -> Sql:
    """A term as it stands, or by its stem in one of the site's languages."""
    parts = [_one(configuration, term, is_folded=is_folded) for configuration in configurations()]
    return f"({' || '.join(part for part, _params in parts)})", [value for _part, given in parts for value in given]


def _one(configuration: str, term: Term, *, is_folded: bool) -> Sql:
    text = fold(term.text) if is_folded else term.text
    if term.is_prefix:
        return _to_tsquery(configuration, Term(text), ":*")
    return "phraseto_tsquery(%s::regconfig, %s)", [configuration, text]


def _to_tsquery(configuration: str, term: Term, label: str) -> Sql:
    """One quoted word with a label: within quotes nothing is an operator."""
    quoted = fold(term.text).replace("\\", "\\\\").replace("'", "''")
    return "to_tsquery(%s::regconfig, %s)", [configuration, f"'{quoted}'{label}"]


def _matching(sql: str, params: list[Any]) -> RawSQL:
    return RawSQL(f"{DOCUMENT} @@ {sql}", params, output_field=BooleanField())  # nosec B611 # noqa: S611 - every value is a parameter


def _micros(at: Any) -> int:
    return int(at.timestamp() * 1_000_000)
