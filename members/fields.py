"""Checks on what people type about themselves and their communities."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cop.base.zones import zone_names

RESERVED_SLUGS = frozenset(
    {"new", "settings", "admin", "accounts", "static", "media", "files", "mail", "health", "api", "feeds", "tags"}
)
# Controls, unassigned, private use, surrogates. Format characters hide text, but Persian, Hindi and emoji need joiners.
HIDDEN = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
JOINERS = "\u200c\u200d"


def tidy_name(text: str) -> str:
    """Give a name in Unicode's composed form, without invisible characters, runs of space folded into one."""
    composed = unicodedata.normalize("NFC", text)
    seen = "".join(
        char for char in composed if char in JOINERS or unicodedata.category(char) not in HIDDEN or char.isspace()
    )
    return " ".join(seen.split())


def validate_display_name(text: str) -> None:
    """Refuse a name in which nothing can be seen, or that looks like an address."""
    if not any(unicodedata.category(char)[0] in "LN" for char in text):
        raise ValidationError(_("Write a name with at least one letter."))
    if "@" in text or "://" in text:
        raise ValidationError(_("Write a name, not an address."))


def validate_slug(text: str) -> None:
    """Refuse a slug that is one of the site's own addresses, or is not lower-case letters, digits and hyphens."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text):
        raise ValidationError(_("Use small letters a–z, digits and single hyphens, for example “library-team”."))
    if text in RESERVED_SLUGS:
        raise ValidationError(_("“%(slug)s” is used by the site itself; choose another address.") % {"slug": text})


def validate_timezone(text: str) -> None:
    """Refuse what is not the name of a time zone of the IANA database."""
    if text not in zone_names():
        raise ValidationError(_("Choose a time zone from the list, for example “Europe/Berlin”."))


def validate_accent(text: str) -> None:
    """Refuse a colour on which white text cannot be read (WCAG 2.2, 1.4.3: contrast of at least 4.5 to 1)."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise ValidationError(_("Give a colour as # and six digits, for example #2f6f5e."))
    if contrast_with_white(text) < 4.5:
        raise ValidationError(_("White text cannot be read on this colour; choose a darker one."))


def contrast_with_white(colour: str) -> float:
    """Give the contrast ratio of white on `colour` (#rrggbb), after WCAG 2.2."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (luminance + 0.05)
