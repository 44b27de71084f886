"""Words that everybody who knows this site would try first: a password may hold them, but not be made of them."""

import re
from collections.abc import Iterable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from members.models import Community, MembershipState, User

# Of what this is and does: the words on every page.
PRODUCT = (
    "community", "communities", "practice", "member", "members", "facilitator", "sponsor", "forum", "topic",
    "password", "passwort", "welcome", "signin", "login", "admin",
)  # fmt: skip
SHORTEST_WORD = 3
# So many letters and digits must be the person's own.
OWN = 8
DISGUISES = str.maketrans("013457@$!", "oieastasi")


class NotTheWordsOfThisSite:
    """Refuses a password that is little more than this site's words, whatever digits stand in or around them."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError for a password with fewer than eight signs beside the words that it holds."""
        words = words_of_site(user)
        for plain in (_bare(password), _bare(password.casefold().translate(DISGUISES))):
            rest, held = _without(plain, words)
            if held and len(rest.strip("0123456789")) < OWN:
                says = _(
                    "This password is little more than “%(word)s”, which is tried first here. Add words of your own."
                )
                raise ValidationError(says % {"word": words[held]}, code="password_of_site_words")

    def get_help_text(self) -> str:
        """Say what is asked for."""
        return _("Not just names and words of this site.")


def words_of_site(user: User | None = None) -> dict[str, str]:
    """Give the words, bare and as they are shown, the longest first.

    They are those of the site's name and address, of PASSWORD_WORDS, and of the communities that `user` is in.
    """
    host = settings.SITE_HOST
    texts = [settings.SITE_NAME, host, host.rpartition(".")[0], *settings.PASSWORD_WORDS, *PRODUCT]
    if user is not None and user.pk:
        own = Community.objects.filter(memberships__user=user, memberships__state=MembershipState.ACTIVE)
        texts += [text for names in own.values_list("name", "slug") for text in names]
    shown = {_bare(word): word for text in texts for word in (*re.split(r"[\W_]+", text), text)}
    # What is left of a long name must not hide in a short one.
    return dict(sorted(((bare, word) for bare, word in shown.items() if len(bare) >= SHORTEST_WORD), key=_longest))


def _longest(pair: tuple[str, str]) -> tuple[int, str]:
    return -len(pair[0]), pair[0]


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def _without(plain: str, words: Iterable[str]) -> tuple[str, str]:
    """Give what is left of `plain` without `words`, and the first of them that it holds."""
    first = ""
    for word in words:
        if word in plain:
            first = first or word
            plain = plain.replace(word, "")
    return plain, first
