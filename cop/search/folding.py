"""Letters without their accents, so that "cafe" finds "café": the same for PostgreSQL's index and for what is asked.

SQLite's tokenizer folds by itself. Only Latin and Greek letters: Cyrillic й is a letter of its own, not an и.
"""

import re
import unicodedata

# This stands in a generated column: who changes it writes a migration that makes the column anew.
ACCENTS = "([A-Za-z\u0370-\u03ff])[\u0300-\u036f]+"
_ACCENTS = re.compile(ACCENTS)


def fold(text: str) -> str:
    """Give `text` without accents."""
    return unicodedata.normalize("NFC", _ACCENTS.sub(r"\1", unicodedata.normalize("NFD", text)))


def fold_sql(column: str) -> str:
    """Give the SQL that folds a column. Most texts are plain ASCII and pass by unread."""
    folded = f"normalize(regexp_replace(normalize({column}, NFD), '{ACCENTS}', '\\1', 'g'), NFC)"
    return f"CASE WHEN {column} ~ '[^\\x01-\\x7f]' THEN {folded} ELSE {column} END"
