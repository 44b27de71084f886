"""Texts that were written before: the same or nearly the same, by the same person or by several new people.

Each text leaves a mark of 64 bits (a simhash, Charikar 2002): texts that share most of their runs of three words have
marks that differ in few bits. A mark is compared with those that its writer left within a day, and with the newest
that newcomers left, so a look costs two short reads whatever was written before. Short texts are alike by nature
("Thank you very much!") and leave none.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cop.guarding.letters import plain_words
from cop.guarding.models import Mark
from cop.privacy.retention import Rule, delete_some
from members.models import User

FEWEST_WORDS = 12
RUN = 3
# Two texts of fifty words of which two differ are some 8 bits apart, strangers' 20 and more.
NEAR = 9
OWN_WITHIN = timedelta(days=1)
NEWCOMERS_WITHIN = timedelta(days=2)
MOST_OWN = 50
MOST_OF_NEWCOMERS = 500


@dataclass(frozen=True)
class Likeness:
    """Whose earlier text is like this one."""

    is_own: bool


def mark_of(text: str) -> int | None:
    """Give the mark of a text, as a number that a database keeps; None for a short one."""
    words = plain_words(text)
    if len(words) < FEWEST_WORDS:
        # Without spaces between words, three letters are about a word.
        words = list("".join(words))
        if len(words) < FEWEST_WORDS * 4:
            return None
    votes = [0] * 64
    for run in {" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}:
        bits = int.from_bytes(hashlib.blake2b(run.encode(), digest_size=8).digest(), "big")
        for place in range(64):
            votes[place] += 1 if bits >> place & 1 else -1
    mark = sum(1 << place for place, vote in enumerate(votes) if vote > 0)
    return mark - (1 << 64) if mark >> 63 else mark


def like_before(
    text: str, *, who: str, is_newcomer: bool, at: datetime | None = None, earlier: Iterable[str] = ()
) -> Likeness | None:
    """Tell whether a text is like one that `who`, or for a newcomer another newcomer, wrote lately; keep its mark.

    What is still like one of its own `earlier` versions was looked at then.
    """
    digest = mark_of(text)
    if digest is None or _is_near(digest, (mark for one in earlier if (mark := mark_of(one)) is not None)):
        return None
    at = at or timezone.now()
    own = Mark.objects.filter(who=who, at__gt=at - OWN_WITHIN).order_by("-at")
    likeness = Likeness(is_own=True) if _is_near(digest, own.values_list("digest", flat=True)[:MOST_OWN]) else None
    if likeness is None and is_newcomer:
        others = Mark.objects.filter(is_of_newcomer=True, at__gt=at - NEWCOMERS_WITHIN).order_by("-at", "-id")
        rows = others.exclude(who=who).values_list("digest", flat=True)[:MOST_OF_NEWCOMERS]
        likeness = Likeness(is_own=False) if _is_near(digest, rows) else None
    Mark.objects.create(who=who, digest=digest, is_of_newcomer=is_newcomer, at=at)
    return likeness


def are_alike(one: str, other: str) -> bool:
    """Whether two texts are the same or nearly the same, short ones too."""
    if plain_words(one) == plain_words(other):
        return True
    marks = mark_of(one), mark_of(other)
    return marks[0] is not None and marks[1] is not None and _is_near(marks[0], [marks[1]])


def _is_near(digest: int, others: Iterable[int]) -> bool:
    return any(((digest ^ other) & (1 << 64) - 1).bit_count() <= NEAR for other in others)


def forget(user: User, _shown_before: str) -> None:
    """Drop the marks of somebody who closes the account."""
    Mark.objects.filter(who=f"u{user.pk}").delete()


def forget_marks(before: datetime, limit: int) -> int:
    """Drop marks that nothing is compared with any more."""
    return delete_some(Mark.objects.filter(at__lt=before), limit, order="at")


RULES = {"marks": Rule(_("Marks of texts, by which the same text is known again"), forget_marks)}
