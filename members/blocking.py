"""Blocking somebody: their words fold away, and nothing of theirs comes to whoever blocked them. They are not told."""

from django.utils.translation import gettext as _

from cop.base.errors import Refused
from members.audiences import Reader
from members.blocking_models import Block
from members.models import User

# A list that long is a program's.
MOST = 1000


def block(person: User, *, by: User) -> bool:
    """Block somebody; tell whether that was new. Raises Refused for oneself, and at the end of a very long list."""
    if person.pk == by.pk:
        raise Refused(_("You cannot block yourself."))
    if by.blocks.count() >= MOST:
        raise Refused(_("You have blocked very many people. Take somebody off your list first."))
    _row, is_new = Block.objects.get_or_create(user=by, blocked=person)
    _forget_kept(by)
    return is_new


def unblock(person_id: int, *, by: User) -> bool:
    """Block somebody no longer; tell whether they were blocked."""
    count, _rows = Block.objects.filter(user=by, blocked=person_id).delete()
    _forget_kept(by)
    return bool(count)


def blocked_ids(reader: Reader) -> frozenset[int]:
    """Give whom a reader blocked: asked once, kept on the user."""
    if not reader.is_authenticated:
        return frozenset()
    kept: frozenset[int] | None = getattr(reader, "_blocked_ids", None)
    if kept is None:
        kept = frozenset(reader.blocks.values_list("blocked_id", flat=True))
        reader._blocked_ids = kept  # type: ignore[attr-defined]
    return kept


def has_blocked(user: User, other_id: int | None) -> bool:
    """Whether `user` blocked somebody."""
    return other_id is not None and Block.objects.filter(user=user, blocked=other_id).exists()


def address_has_blocked(address: str, other_id: int | None) -> bool:
    """Whether the account with this address blocked somebody."""
    return other_id is not None and Block.objects.filter(user__email__iexact=address, blocked=other_id).exists()


def forget(user: User, _shown_before: str) -> None:
    """Drop somebody's blocks, and those against them, when their account is closed."""
    Block.objects.filter(user=user).delete()
    Block.objects.filter(blocked=user).delete()


def _forget_kept(user: User) -> None:
    if hasattr(user, "_blocked_ids"):
        del user._blocked_ids
