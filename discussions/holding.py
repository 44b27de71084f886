"""Holding a text back until a facilitator has looked at it."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.moderation import caring
from discussions.held_models import HeldText
from discussions.models import Draft
from members.models import User

KIND = "held"


class Held(Refused):
    """A text was taken, and waits for a facilitator: `row`. Where nobody asks for it, its sentence says so."""

    def __init__(self, row: HeldText) -> None:
        super().__init__(
            _("It waits for a facilitator, and is published after that. Until then only you and they see it.")
        )
        self.row = row


def twin(user: User | None, form_key: str) -> HeldText | None:
    """Give what the same form made before, if that waits or waited."""
    return HeldText.objects.filter(author=user, form_key=form_key).first() if user and form_key else None


def hold(reason: tuple[str, str], *, places: tuple[str, ...] = (), **fields: Any) -> Held:
    """Keep a text for the facilitators, and what was typed at `places` no longer as a draft; give what to raise.

    The same form sent twice is held once.
    """
    why, detail = reason
    row = HeldText(why=why, detail=detail, **fields)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            caring.needs_care(
                KIND, row.pk, community=row.community, about=row.author, since=row.held_at, is_made_now=True
            )
            if row.author:
                Draft.objects.filter(by=row.author, place__in=places).delete()
    except IntegrityError:
        before = twin(row.author, row.form_key or "")
        if before is None and row.asked:
            before = HeldText.objects.waiting().filter(asked=row.asked).first()
        if before:
            return Held(before)
        raise
    return Held(row)
