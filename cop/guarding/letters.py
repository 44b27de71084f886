"""Texts as they are compared: without case, accents, invisible characters and letters that only look alike.

Both sides of a comparison go through `plain_words`, so it need not be right, only the same for both: “Саsino” with a
Cyrillic С, “c4sino” and “CÁSINO” all become “casino”.
"""

import unicodedata

# What looks like a small Latin letter, by that letter.
ALIKE = {
    alike: letter
    for letter, alikes in {
        "a": "аαɑ@4ᴀ", "b": "вƅʙ8ƀ", "c": "сϲ¢ᴄȼ", "d": "ԁᴅđ", "e": "еєε3€ᴇɇ", "f": "ꜰ", "g": "ɡɢǥց", "h": "һнʜħհ",
        "i": "іι1ı!|ɪɨ", "j": "јᴊɉ", "k": "кκᴋ", "l": "ӏʟł", "m": "мᴍ", "n": "пηɴոռ", "o": "оοσ0ᴏøօ", "p": "рρᴘ",
        "q": "ԛ", "r": "гᴦʀɍ", "s": "ѕ5$ꜱ", "t": "тτ7ᴛŧ", "u": "υцսᴜʉ", "v": "ѵνᴠ", "w": "ԝωᴡ", "x": "хχ", "y": "уγүʏ",
        "z": "ᴢƶ",
    }.items()
    for alike in alikes
} | {
    # Letters in circles, in squares, and those that flags are made of.
    chr(first + number): chr(ord("a") + number) for first in (0x1F150, 0x1F170, 0x1F1E6) for number in range(26)
}  # fmt: skip
# They stand for nothing, though Unicode calls them letters or signs.
BLANKS = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
MIRRORED = "\u202e"
SPACELESS = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x17FF),  # Khmer
    (0x3040, 0x30FF),  # Kana
    (0x3400, 0x9FFF),  # Han
    (0x20000, 0x3FFFF),
)
PUNCTUATION_IN_WORDS = "@$!|€¢"
# "U.S." and "e-g" are no hidden words.
SHORTEST_APART = 3


def plain_words(text: str) -> list[str]:
    """Give the words of a text as they are compared. One pass over the characters, whatever stands in them."""
    words: list[str] = []
    word: list[str] = []
    for char in unicodedata.normalize("NFKD", text.casefold()):
        category = unicodedata.category(char)
        if category == "Cf" or char in BLANKS:  # Invisible: zero-width spaces, joiners, marks of direction.
            continue
        if category in ("Mn", "Me") and (not word or word[-1] < "Ԁ"):  # An accent on a Latin, Greek or Cyrillic letter.
            continue
        if category[0] in "LNM" or char in PUNCTUATION_IN_WORDS or char in ALIKE:
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
    if not any(char.isalpha() or char > "\U0001f000" for char in word):
        return word.strip(PUNCTUATION_IN_WORDS)
    return "".join(ALIKE.get(char, char) for char in word)


def run_together(text: str) -> set[str]:
    """Give the words that somebody took apart: with signs between their letters, or letter by letter, or mirrored.

    They are words more, beside those that `plain_words` gives.
    """
    pieces: set[str] = set()
    letters: list[str] = []
    for chunk in text.split():
        words = plain_words(chunk)
        if len(words) > 1:
            pieces.add("".join(words))
        if len(words) == 1 and len(words[0]) == 1:
            letters += words
            continue
        pieces.add("".join(letters))
        letters = []
    pieces.add("".join(letters))
    if MIRRORED in text:
        pieces |= {word[::-1] for word in plain_words(text)}
    return {_alike(piece) for piece in pieces if len(piece) > SHORTEST_APART}


def is_spaceless(word: str) -> bool:
    """Whether a word is written in a script that puts no spaces between words."""
    return any(first <= ord(char) <= last for char in word for first, last in SPACELESS)
