"""Rules: who may do what, each written once with the sentence that says who can.

An app's `rules.py` registers predicates; django-rules finds them at start and answers `user.has_perm(name, thing)`.
"""

from collections.abc import Callable
from typing import Any

import rules.permissions
import rules.predicates
from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise

from members.audiences import Reader
from members.standing import Standing, standing_of

Predicate = Callable[[Standing, Any], bool]

WHO_CAN: dict[str, str | Promise] = {}


def rule(name: str, *, who: str | Promise) -> Callable[[Predicate], Predicate]:
    """Register a predicate over (standing, thing) as the permission `name`; `who` is told to those who may not."""

    def register(predicate: Predicate) -> Predicate:
        def answer(user: Reader, thing: Any = None) -> bool:
            return predicate(standing_of(user), thing)

        rules.permissions.add_perm(name, rules.predicates.predicate(answer, name=name))
        WHO_CAN[name] = who
        return predicate

    return register


def require(user: Reader, name: str, thing: Any = None) -> None:
    """Raise PermissionDenied, with the sentence that says who can, unless `user` may do `name` to `thing`."""
    if not user.has_perm(name, thing):
        raise PermissionDenied(str(WHO_CAN[name]))
