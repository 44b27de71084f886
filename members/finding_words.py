"""The words by which the directory finds people: looked up by their beginning in an index, never row by row."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from members.models import Organisation, User
from members.profile_models import PersonWord, Profile

WORD = re.compile(r"\w+")
LENGTH = 40
MOST = 300
LAST = "\U0010ffff"
NAMING = frozenset({"display_name", "organisation", "organisation_id"})


def folded(text: str) -> str:
    """Give text without case and accents, as it is looked for."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter) and letter != "\0")


def words_in(text: str) -> list[str]:
    """Give the words of a text, folded, each once."""
    return list(dict.fromkeys(word[:LENGTH] for word in WORD.findall(folded(text))))[:MOST]


def beginning_with(word: str) -> QuerySet[PersonWord]:
    """Give the words that begin with this one (folded already)."""
    word = word[:LENGTH]
    if connection.vendor == "postgresql":
        return PersonWord.objects.filter(word__startswith=word)
    # SQLite keeps its index for comparisons alone.
    return PersonWord.objects.filter(word__gte=word, word__lt=word + LAST)


def write(user: User) -> None:
    """Let somebody be found by what they are called, where they work, and what they say, as it is now."""
    profile = Profile.objects.filter(user=user).first()
    wanted = words_of(user, profile) if user.is_active else {}
    with transaction.atomic():
        kept = dict(PersonWord.objects.filter(user=user).values_list("word", "is_for_all"))
        if kept == wanted:
            return
        gone = [word for word, is_for_all in kept.items() if wanted.get(word) != is_for_all]
        PersonWord.objects.filter(user=user, word__in=gone).delete()
        _add(user, {word: is_for_all for word, is_for_all in wanted.items() if kept.get(word) != is_for_all})


def _add(user: User, words: dict[str, bool]) -> None:
    rows = [PersonWord(user=user, word=word, is_for_all=is_for_all) for word, is_for_all in words.items()]
    PersonWord.objects.bulk_create(rows, ignore_conflicts=True)


def write_new(users: Iterable[User]) -> None:
    """The same for many accounts that were made by `bulk_create` and have no words yet, read with what `write` asks."""
    rows = [
        PersonWord(user=user, word=word, is_for_all=is_for_all)
        for user in users
        for word, is_for_all in words_of(user, getattr(user, "profile", None)).items()
    ]
    PersonWord.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2000)


def write_people_of(organisation: Organisation) -> None:
    """Let the people of an organisation be found by its name as it is now."""
    for user in User.objects.filter(organisation=organisation).select_related("organisation").iterator():
        write(user)


def words_of(user: User, profile: Profile | None) -> dict[str, bool]:
    """Give the words by which somebody is found, and whether all who are signed in find them by it."""
    organisation = user.organisation.name if user.organisation else ""
    for_all = f"{user.display_name}\n{organisation}\n{profile.found_by_all if profile else ''}"
    words = dict.fromkeys(words_in(profile.found_by_sharing if profile else ""), False)
    return words | dict.fromkeys(words_in(for_all), True)


def follow_user(
    sender: type[User], instance: User, created: bool, update_fields: Iterable[str] | None, **given: Any
) -> None:
    """Write the words of an account that was saved, where its name may have changed: however it was made."""
    if given.get("raw"):
        return
    if created:
        # An account that was made this moment says nothing about itself yet.
        _add(instance, words_of(instance, None) if instance.is_active else {})
    elif update_fields is None or NAMING.intersection(update_fields):
        write(instance)


def having(words: str) -> list[QuerySet[PersonWord]]:
    """Give, for each of the words looked for, those that begin with it."""
    return [beginning_with(word) for word in words_in(words)]


def known_to_all(words: QuerySet[PersonWord]) -> Q:
    """Give the condition, over users, that every signed-in reader may find them by one of `words`."""
    return Q(pk__in=words.filter(is_for_all=True).values("user"))
