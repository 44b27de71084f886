"""Names as they are written behind an "@": one word, made of what somebody is called."""

import re

# Letters and digits, and the marks that scripts from Hebrew to Khmer put on them, which Python's \w leaves out.
LETTER = (
    r"\w\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0df3"
    r"\u0e31-\u0e4e\u0eb1-\u0ecd\u0f71-\u0f84\u102b-\u103e\u17b4-\u17d3"
)
LENGTH = 60
NAME = rf"[{LETTER}](?:[{LETTER}.-]{{0,{LENGTH - 2}}}[{LETTER}])?"


def handle_of(name: str) -> str:
    """Give a name as one word: "Anna Berg" becomes "Anna.Berg"; empty where there is no letter in it."""
    words = (word.strip("-") for word in re.findall(rf"[{LETTER}-]+", name))
    return ".".join(word for word in words if word)[:LENGTH].rstrip(".-")
