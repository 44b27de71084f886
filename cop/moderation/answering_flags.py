"""What became of flags."""

from django.utils import timezone

from cop.moderation.flag_models import Flag


def answer(kind: str, thing_id: int, *, is_upheld: bool | None) -> int:
    """Decide all flags on a thing that wait; give how many. Who flagged hears of it a moment later.

    `is_upheld` is None where the thing is gone before anybody decided.
    """
    now = timezone.now()
    rows = Flag.objects.filter(kind=kind, thing_id=thing_id, decided_at=None)
    # A visitor without a confirmed address reads it on their page, and an address that nobody confirmed is not needed.
    rows.filter(by=None, confirmed_at=None).update(told_at=now, address="")
    return rows.update(decided_at=now, is_upheld=is_upheld, updated_at=now)
