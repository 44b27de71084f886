"""Giving many rows a value each by one statement: Django's `bulk_update` writes a CASE with a branch for every row."""

from collections.abc import Mapping
from typing import Any

from django.db import connection, models

AT_ONCE = 5000


def update_each(model: type[models.Model], field: str, values: Mapping[int, int], **same: Any) -> None:
    """Set the whole number `field` of each row to its own value, by primary key, and the fields in `same` to theirs."""
    quote = connection.ops.quote_name
    columns = {one.name: quote(str(one.column)) for one in model._meta.concrete_fields}
    table, key = quote(model._meta.db_table), columns[str(model._meta.pk.name)]
    others = "".join(f", {columns[name]} = %s" for name in same)
    pairs = sorted(values.items())
    for start in range(0, len(pairs), AT_ONCE):
        some = pairs[start : start + AT_ONCE]
        # Both databases call the columns of VALUES so where nobody names them.
        given = ", ".join(f"({int(pk)}, {int(value)})" for pk, value in some)
        statement = (
            f"UPDATE {table} SET {columns[field]} = given.column2{others} "  # nosec B608 # noqa: S608 - names of columns and places for parameters
            f"FROM (VALUES {given}) AS given WHERE {table}.{key} = given.column1"
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, list(same.values()))
