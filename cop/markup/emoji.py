"""The small pictures that have a name between colons: ":seedling:"."""

from functools import cache

from pymdownx import gemoji_db

# Offered before anything is typed.
OFTEN = (
    "smile", "wink", "thinking", "thumbsup", "clap", "pray", "tada", "heart", "wave", "bulb", "eyes", "books",
    "seedling", "coffee", "warning", "white_check_mark",
)  # fmt: skip


@cache
def emoji() -> dict[str, str]:
    """Give every picture by its name, those that are used often first."""
    found = {
        name.strip(":"): "".join(chr(int(code, 16)) for code in (one.get("unicode_alt") or one["unicode"]).split("-"))
        for name, one in gemoji_db.emoji.items()
        if "unicode" in one
    }
    found |= {alias.strip(":"): found[name.strip(":")] for alias, name in gemoji_db.aliases.items()}
    return {name: found[name] for name in (*OFTEN, *sorted(found)) if name in found}
