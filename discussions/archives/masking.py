"""What is changed in an archived mail's text before everybody may read it: addresses are masked, and no line becomes a
heading by chance."""

import re

ADDRESS = re.compile(r"([\w.+%-]{1,64})(@| at )((?:[\w-]+\.)+[a-zA-Z]{2,24})\b")


def masked(text: str) -> str:
    """Give a text in which no mail address can be read."""
    return ADDRESS.sub(lambda found: f"{found[1][:1]}…@…", text)


def markdown(text: str) -> str:
    """Give a mail's text as Markdown that reads the same: no line becomes a heading by chance."""
    return re.sub(r"(?m)^(>* ?)(#{1,6})(?=\s)", r"\1\\\2", text)
