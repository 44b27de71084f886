"""Which of PostgreSQL's text search configurations stems which language."""

from django.conf import settings

CONFIGURATIONS = {
    "ar": "arabic",
    "da": "danish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "nb": "norwegian",
    "nl": "dutch",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "tr": "turkish",
}


def configurations() -> list[str]:
    """Give the configurations that a question is asked in: words as they stand, and stems of the site's languages."""
    codes = [code.split("-")[0] for code, _name in settings.LANGUAGES]
    return ["simple", *dict.fromkeys(CONFIGURATIONS[code] for code in codes if code in CONFIGURATIONS)]
