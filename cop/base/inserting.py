"""Copying the rows of a query into a table without reading them here."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet


def insert_select(model: type[Model], columns: Sequence[str], rows: "QuerySet[Any, Any]") -> int:
    """Add the rows of a `.values_list()` in the order of `columns`; what is there already stays. Give how many are new.

    `columns` are names in the database; every one that has no default there must be named.
    """
    query, parameters = rows.order_by().query.get_compiler(connection=connection).as_sql()
    table = connection.ops.quote_name(model._meta.db_table)
    named = ", ".join(connection.ops.quote_name(name) for name in columns)
    marks = ", ".join(f"c{number}" for number in range(len(columns)))
    statement = (
        f"INSERT INTO {table} ({named}) WITH r({marks}) AS ({query}) "  # nosec B608 # noqa: S608 - names and compiled SQL, no text of anybody's
        # SQLite needs the WHERE, to know that ON CONFLICT belongs to the INSERT.
        f"SELECT {marks} FROM r WHERE true ON CONFLICT DO NOTHING"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)
