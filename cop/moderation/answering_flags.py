"""What became of flags."""

from django.utils import timezone

from cop.moderation.flag_models import Flag


def answer(kind: str, thing_id: int, *, is_upheld: bool) -> int:
    """Decide all flags on a thing that wait; give how many. Who flagged hears of it a moment later."""
    now = timezone.now()
    rows = Flag.objects.filter(kind=kind, thing_id=thing_id, decided_at=None)
    # A visitor left no address to be told at.
    rows.filter(by=None).update(told_at=now)
    return rows.update(decided_at=now, is_upheld=is_upheld, updated_at=now)
