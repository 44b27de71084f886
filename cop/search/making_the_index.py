"""The index beside the entries, in each database's own words; Django's models know nothing of it."""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from cop.search.folding import fold_sql
from cop.search.languages import CONFIGURATIONS

TABLE = "search_searchentry"
SQLITE = (
    """
    CREATE VIRTUAL TABLE search_index USING fts5(
        title, tags, text, content='search_searchentry', content_rowid='id',
        tokenize='porter unicode61 remove_diacritics 2', prefix='2 3'
    )
    """,
    """
    CREATE TRIGGER search_index_added AFTER INSERT ON search_searchentry BEGIN
        INSERT INTO search_index(rowid, title, tags, text) VALUES (new.id, new.title, new.tags, new.text);
    END
    """,
    """
    CREATE TRIGGER search_index_removed AFTER DELETE ON search_searchentry BEGIN
        INSERT INTO search_index(search_index, rowid, title, tags, text)
        VALUES ('delete', old.id, old.title, old.tags, old.text);
    END
    """,
    """
    CREATE TRIGGER search_index_changed AFTER UPDATE OF title, tags, text ON search_searchentry BEGIN
        INSERT INTO search_index(search_index, rowid, title, tags, text)
        VALUES ('delete', old.id, old.title, old.tags, old.text);
        INSERT INTO search_index(rowid, title, tags, text) VALUES (new.id, new.title, new.tags, new.text);
    END
    """,
)
SQLITE_TRIGGERS = ("search_index_added", "search_index_removed", "search_index_changed")


def make(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the index. A migration that lets SQLite rebuild the table of entries drops its triggers: call this then."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"ALTER TABLE {TABLE} ADD COLUMN document tsvector GENERATED ALWAYS AS ({_document()}) STORED"
        )
        schema_editor.execute(f"CREATE INDEX search_document ON {TABLE} USING gin (document)")
        return
    drop(schema_editor)
    for statement in SQLITE:
        schema_editor.execute(statement)
    schema_editor.execute("INSERT INTO search_index(search_index) VALUES ('rebuild')")


def drop(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Remove the index."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER TABLE {TABLE} DROP COLUMN IF EXISTS document")
        return
    for trigger in SQLITE_TRIGGERS:
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {trigger}")
    schema_editor.execute("DROP TABLE IF EXISTS search_index")


def _document() -> str:
    """Each word as it stands and by its stem in the entry's language; the title weighs most, then the tags."""
    cases = " ".join(f"WHEN '{code}' THEN '{name}'::regconfig" for code, name in CONFIGURATIONS.items())
    stemmed = f"CASE split_part(language, '-', 1) {cases} ELSE 'simple'::regconfig END"
    parts = []
    for column, weight in (("title", "A"), ("tags", "B"), ("text", "D")):
        folded = fold_sql(column)
        vector = f"to_tsvector('simple'::regconfig, {folded}) || to_tsvector({stemmed}, {folded})"
        parts.append(f"setweight({vector}, '{weight}')")
    return " || ".join(parts)
