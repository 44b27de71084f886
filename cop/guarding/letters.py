"""Texts as they are compared: without case, accents, invisible characters and letters that only look alike.

Both sides of a comparison go through `plain_words`, so it need not be right, only the same for both: “Саsino” with a
Cyrillic С, “c4sino” and “CÁSINO” all become “casino”.
"""

import unicodedata

# What looks like a small Latin letter, by that letter.
ALIKE = {
    alike: letter
    for letter, alikes in {
        "a": "аαɑ@4", "b": "вƅ", "c": "сϲ¢", "d": "ԁ", "e": "еєε3€", "g": "ɡ", "h": "һн", "i": "іι1ı!|", "j": "ј",
        "k": "кκ", "l": "ӏ", "m": "м", "n": "пη", "o": "оοσ0", "p": "рρ", "q": "ԛ", "r": "гᴦ", "s": "ѕ5$",
        "t": "тτ7", "u": "υцս", "v": "ѵν", "w": "ԝω", "x": "хχ", "y": "уγү", "z": "ᴢ",
    }.items()
    for alike in alikes
}  # fmt: skip
SPACELESS = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x17FF),  # Khmer
    (0x3040, 0x30FF),  # Kana
    (0x3400, 0x9FFF),  # Han
    (0x20000, 0x3FFFF),
)
PUNCTUATION_IN_WORDS = "@$!|€¢"


def plain_words(text: str) -> list[str]:
    """Give the words of a text as they are compared. One pass over the characters, whatever stands in them."""
    words: list[str] = []
    word: list[str] = []
    for char in unicodedata.normalize("NFKD", text.casefold()):
        category = unicodedata.category(char)
        if category == "Cf":  # Invisible: zero-width spaces, joiners, marks of direction.
            continue
        if category == "Mn" and (not word or word[-1] < "Ԁ"):  # An accent on a Latin, Greek or Cyrillic letter.
            continue
        if category[0] in "LNM" or char in PUNCTUATION_IN_WORDS:
            word.append(char)
        elif word:
            words.append(_alike("".join(word)))
            word = []
    if word:
        words.append(_alike("".join(word)))
    return [word for word in words if word]


def _alike(word: str) -> str:
    """Read the letters that look like others as those; a word of digits and signs alone stays what it is."""
    word = word.strip("!|") or word
    if not any(char.isalpha() for char in word):
        return word.strip(PUNCTUATION_IN_WORDS)
    return "".join(ALIKE.get(char, char) for char in word)


def is_spaceless(word: str) -> bool:
    """Whether a word is written in a script that puts no spaces between words."""
    return any(first <= ord(char) <= last for char in word for first, last in SPACELESS)
