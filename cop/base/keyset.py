"""Keyset pages: page 1,000 of a list costs what page 1 costs, and a row added meanwhile shifts nothing."""

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of rows; `older` and `newer` are the `?page=` values that lead on, or empty."""

    rows: list[Row]
    older: str
    newer: str


def paginate(
    rows: QuerySet[Row], *, order: tuple[str, ...], at: str = "", size: int = 20, ascending: bool = False
) -> Page[Row]:
    """Give the page of `rows` that the mark `at` (a `?page=` value) names; the first page without one.

    `order` names the fields to sort by, all descending (or all `ascending`); the last must be unique. They must not be
    null. A mark that nobody here wrote is read as "the first page".
    """
    direction, values = _read(at, len(order))
    backwards = direction == "newer"
    try:
        chosen = rows.filter(_beyond(order, values, "gt" if backwards != ascending else "lt")) if values else rows
    except (TypeError, ValueError, ValidationError):  # A text where a date is expected, and the like.
        return paginate(rows, order=order, size=size, ascending=ascending)
    chosen = chosen.order_by(*(name if backwards != ascending else f"-{name}" for name in order))
    found = list(chosen[: size + 1])
    more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    has_newer = more if backwards else bool(values)
    has_older = bool(values) if backwards else more
    return Page(
        rows=found,
        older=_mark("older", found[-1], order) if found and has_older else "",
        newer=_mark("newer", found[0], order) if found and has_newer else "",
    )


def after(rows: QuerySet[Row], row: Row, *, order: tuple[str, ...]) -> QuerySet[Row]:
    """Give those that follow `row`, there or not, in an ascending list; the nearest first."""
    values = [getattr(row, name) for name in order]
    return rows.filter(_beyond(order, values, "gt")).order_by(*order)


def _beyond(order: tuple[str, ...], values: list[Any], side: str) -> Q:
    """Rows past `values`: (a < x) or (a = x and b < y) …"""
    condition = Q()
    for index, name in enumerate(order):
        same = dict(zip(order[:index], values[:index], strict=True))
        condition |= Q(**same, **{f"{name}__{side}": values[index]})
    return condition


def _mark(direction: str, row: Model, order: tuple[str, ...]) -> str:
    values = [getattr(row, name) for name in order]
    plain = [{"t": value.isoformat()} if isinstance(value, datetime) else value for value in values]
    text = json.dumps([direction, *plain], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(mark: str, count: int) -> tuple[str, list[Any]]:
    try:
        data = json.loads(base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4)))
        direction, *plain = data
        values = [_value(item) for item in plain]
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return "older", []
    return (direction, values) if direction in ("older", "newer") and len(values) == count else ("older", [])


def _value(item: Any) -> datetime | int | str:
    """Read one value of a mark; raise ValueError, TypeError or OverflowError for what no database could compare."""
    if isinstance(item, dict):
        return datetime.fromisoformat(item["t"]).astimezone(UTC)
    if isinstance(item, str) and "\0" not in item and item.encode():
        return item
    if isinstance(item, int):
        return item
    raise TypeError
