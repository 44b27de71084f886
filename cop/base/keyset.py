"""Keyset pages: page 1,000 of a list costs what page 1 costs, and a row added meanwhile shifts nothing."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of rows; `older` and `newer` are the `?page=` values that lead on, or empty."""

    rows: list[Row]
    older: str
    newer: str


def paginate(rows: QuerySet[Row], *, order: tuple[str, ...], at: str = "", size: int = 20) -> Page[Row]:
    """Give the page of `rows` that the mark `at` (a `?page=` value) names; the first page without one.

    `order` names the fields to sort by, all descending; the last must be unique. They must not be null.
    A mark that nobody here wrote is read as "the first page".
    """
    direction, values = _read(at, len(order))
    backwards = direction == "newer"
    sort = [name if backwards else f"-{name}" for name in order]
    chosen = rows.order_by(*sort)
    if values:
        chosen = chosen.filter(_beyond(order, values, "gt" if backwards else "lt"))
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
        values = [datetime.fromisoformat(value["t"]) if isinstance(value, dict) else value for value in plain]
    except (ValueError, TypeError, KeyError, binascii.Error, RecursionError):
        return "older", []
    sound = direction in ("older", "newer") and len(values) == count
    sound = sound and all(isinstance(value, datetime | int | str) for value in values)
    return (direction, values) if sound else ("older", [])
