"""Yes, no and other plain words that somebody writes into a mail instead of pressing a button."""

import re

YES = (
    "yes|y|ok|okay|accept|i accept|i am coming|coming|i will come|ja|ich komme|oui|sí|si|sim|sì|tak|ano|да|так|"
    "はい|是|evet|kyllä"
)
NO = (
    "no|n|decline|not coming|i am not coming|i cannot|i can't|i cannot come|nein|ich komme nicht|non|não|nie|ne|нет|ні|"
    "いいえ|否|hayır|nej|nei|nee|ei"
)
MAYBE = (
    "maybe|perhaps|tentative|vielleicht|peut-être|quizás|tal vez|talvez|forse|misschien|kanske|kanskje|może|возможно"
)
_MEANINGS = {"yes": YES, "no": NO, "maybe": MAYBE}
_EDGES = " \t.!,;:-–—*_\"'"


def first_line(text: str) -> str:
    """Give the first line with words in it, in small letters and without what stands around it."""
    lines = (line.strip(_EDGES) for line in text.splitlines())
    return next((" ".join(line.lower().split()) for line in lines if line), "")


def answer_in(text: str) -> str:
    """Give "yes", "no" or "maybe" where the first line says that, or begins with it and a comma; else nothing."""
    line = first_line(text)
    for meaning, words in _MEANINGS.items():
        if re.match(rf"(?:{words})(?:\s*[,.!:;–—-]\s.*)?$", line):
            return meaning
    return ""
