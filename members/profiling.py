"""Saying something about oneself, and what of it a reader sees."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString

from cop.markup.rendering import render
from members import finding_words
from members.audiences import Reader
from members.finding_words import folded
from members.models import Membership, Organisation, User
from members.picturing import mark_of
from members.profile_models import Profile, Seen

TEXTS = ("pronunciation", "job", "place", "languages")
FIELDS = ("photo", *TEXTS, "about", "ask_about", "learning", "links")
RANKS = {Seen.EVERYBODY: 0, Seen.SIGNED_IN: 1, Seen.SHARING: 2, Seen.NOBODY: 3}
# The rank of a reader who may not even know of a person.
UNKNOWN = -1
WORDS_LIMIT = 6


@dataclass
class Shown:
    """A person as one reader sees them: what the reader may not see is empty."""

    person: User
    pronunciation: str = ""
    job: str = ""
    place: str = ""
    languages: str = ""
    organisation: Organisation | None = None
    photo: str = ""
    about: SafeString | str = ""
    ask_about: list[str] = field(default_factory=list)
    learning: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    is_glad_to_be_asked: bool = False


def save_profile(user: User, said: Mapping[str, Any], *, seen_by: Mapping[str, str]) -> Profile:
    """Keep what `user` says: texts, `about` in Markdown, `links`, two lists of tags, who sees what.

    Raises Refused where `about` is too long to be rendered.
    """
    about_html = render(said["about"]).html
    with transaction.atomic():
        profile, _made = Profile.objects.select_for_update().get_or_create(user=user)
        for name in (*TEXTS, "about", "links", "is_glad_to_be_asked", "is_unlisted", "known_to"):
            setattr(profile, name, said[name])
        profile.about_html, profile.seen_by = about_html, {name: seen_by[name] for name in FIELDS}
        profile.ask_about.set(said["ask_about"])
        profile.learning.set(said["learning"])
        profile.found_by_all = _words(profile, said, rank=1)
        profile.found_by_sharing = _words(profile, said, rank=2)
        profile.save()
        finding_words.write(user)
    return profile


def _words(profile: Profile, said: Mapping[str, Any], *, rank: int) -> str:
    values = {name: getattr(profile, name) for name in ("job", "place", "languages")}
    values |= {"ask_about": " ".join(said["ask_about"])}
    return folded("\n".join(text for name, text in values.items() if _is_seen(profile, name, rank)))


def _is_seen(profile: Profile, name: str, rank: int) -> bool:
    return rank >= RANKS[Seen(profile.seen_by.get(name, Seen.SHARING))]


def shown_to(reader: Reader, person: User) -> Shown:
    """Give `person` (from `User.objects.visible_to(reader)`, with profile and organisation) as `reader` sees them."""
    rank = rank_of(reader, person)
    shown = Shown(person, organisation=person.organisation)
    profile: Profile | None = getattr(person, "profile", None)
    if profile is None:
        return shown
    shown.photo = photo_of(person, rank)
    for name in TEXTS:
        setattr(shown, name, getattr(profile, name) if _is_seen(profile, name, rank) else "")
    _text, shown.about = about_of(person, rank)
    shown.links = profile.links if _is_seen(profile, "links", rank) else []
    shown.ask_about = [tag.name for tag in profile.ask_about.all()] if _is_seen(profile, "ask_about", rank) else []
    shown.learning = [tag.name for tag in profile.learning.all()] if _is_seen(profile, "learning", rank) else []
    shown.is_glad_to_be_asked = profile.is_glad_to_be_asked
    return shown


def photo_of(person: User, rank: int = RANKS[Seen.SHARING]) -> str:
    """Give the address of a person's photo (their profile was read with them), or "" where there is none to see."""
    profile: Profile | None = getattr(person, "profile", None)
    if profile is None or not profile.photo or not _is_seen(profile, "photo", rank):
        return ""
    return reverse("members:person-photo", args=[person.pk, mark_of(profile.photo)])


def about_of(person: User, rank: int = RANKS[Seen.SHARING]) -> tuple[str, SafeString | str]:
    """Give what a person (their profile was read with them) says about themselves, as text and as HTML, or nothing."""
    profile: Profile | None = getattr(person, "profile", None)
    if profile is None or not _is_seen(profile, "about", rank):
        return "", ""
    return profile.about, profile.about_html


def rank_of(reader: Reader, person: User) -> int:
    """Give how near a reader is to `person` (from `User.objects.visible_to(reader)`)."""
    if reader.pk == person.pk:
        return RANKS[Seen.NOBODY]
    if not reader.is_authenticated:
        return RANKS[Seen.EVERYBODY]
    shares = reader.is_staff or getattr(person, "is_sharing", False)
    return RANKS[Seen.SHARING if shares else Seen.SIGNED_IN]


def confirm_timezone(user: User) -> None:
    """Note that the time zone which a browser named is somebody's own."""
    User.objects.filter(pk=user.pk).update(has_confirmed_timezone=True)


def listed(people: QuerySet[User]) -> QuerySet[User]:
    """Leave out those who wish to stand in no directory."""
    return people.filter(Q(profile=None) | Q(profile__is_unlisted=False))


def finding(people: QuerySet[User], words: str, *, reader: Reader) -> QuerySet[User]:
    """Keep those of `people` (visible to `reader`) that have every word in what `reader` may see of them.

    A word is found by its beginning, without regard to case and accents.
    """
    for hits in finding_words.having(words)[:WORDS_LIMIT]:
        people = people.filter(pk__in=hits.values("user"))
        if not reader.is_staff:
            people = people.filter(finding_words.known_to_all(hits) | Q(is_sharing=True))
    return people


def finding_members(memberships: QuerySet[Membership], words: str) -> QuerySet[Membership]:
    """Keep those memberships whose people have every word in what fellow members may see of them."""
    for hits in finding_words.having(words)[:WORDS_LIMIT]:
        memberships = memberships.filter(user__in=hits.values("user"))
    return memberships
