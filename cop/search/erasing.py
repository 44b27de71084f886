"""Words that went out of the entries go out of SQLite's index too, which else keeps them until it tidies itself."""

from django.db import connection

from members.closing_models import AccountClosing

# Pages of the index written at a time: each is a transaction of its own, and others write between them.
AT_ONCE = 500
MOST_TIMES = 10_000


def forget_removed_words(closing: AccountClosing, after: int) -> int | None:
    """Merge the index until nothing that was removed is left in it. PostgreSQL's own clean-up needs no help."""
    if not closing.is_hidden or connection.vendor != "sqlite":
        return None
    with connection.cursor() as cursor:
        size = -AT_ONCE
        for _time in range(MOST_TIMES):
            before = _changes(cursor)
            cursor.execute("INSERT INTO search_index(search_index, rank) VALUES ('merge', %s)", [size])
            # As its manual says: fewer than two changed rows mean that there is nothing left to merge.
            if _changes(cursor) - before < 2:
                return None
            size = AT_ONCE
    return None


def _changes(cursor: object) -> int:
    cursor.execute("SELECT total_changes()")  # type: ignore[attr-defined]
    return int(cursor.fetchone()[0])  # type: ignore[attr-defined]


STEPS = {"words-in-the-index": forget_removed_words}
