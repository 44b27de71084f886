"""Writing down who looked at what about a person, and who changed what: one function, one table, nothing taken back."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from cop.privacy.models import PersonRecord, What

# Who turns the pages of a list, or opens the same mail again, has looked once.
SAME_LOOK = timedelta(hours=1)
LOOKS = (What.READ_MAIL, What.READ_LETTER, What.SAW_READERS, What.SAW_MAIL, What.SAW_INVITATIONS, What.SAW_ACCOUNT,
         What.SAW_RECORDS)  # fmt: skip


def record(
    what: What,
    *,
    by: Any,
    about: Any = None,
    address: str = "",
    community: Any = None,
    place: str = "",
    detail: str = "",
    at: datetime | None = None,
) -> PersonRecord | None:
    """Write down what `by` did about a person, an address, or everybody on a list; None for what concerns oneself.

    A look repeated within the hour is written down once. Where something is changed, call it in that transaction.
    """
    at = at or timezone.now()
    if about is not None and about.pk == by.pk:
        return None
    row = PersonRecord(
        at=at,
        by=by,
        what=what,
        about=about,
        address=address[:254],
        community=community.pk if community else None,
        place=(place or (str(community) if community else ""))[:200],
        detail=detail[:300],
    )
    if what in LOOKS:
        same = PersonRecord.objects.filter(by=by, what=what, about=about, address=row.address, at__gt=at - SAME_LOOK)
        if same.filter(community=row.community, place=row.place, detail=row.detail).exists():
            return None
    row.save()
    return row


def forget(before: datetime, limit: int) -> int:
    """Delete some records from before a moment; give how many."""
    ids = list(PersonRecord.objects.filter(at__lt=before).order_by("at", "pk").values_list("pk", flat=True)[:limit])
    rows = PersonRecord.objects.filter(pk__in=ids)
    if ids:
        rows._raw_delete(rows.db)
    return len(ids)


def forget_name(about: Any, name: str) -> int:
    """Take the name of somebody who is forgotten out of what was noted about them; that something was done stays."""
    return PersonRecord._base_manager.filter(about=about, detail__icontains=name).update(detail="")


def forget_addresses(addresses: list[str]) -> int:
    """Take the addresses of somebody who is forgotten out of the records; that something was done stays."""
    rows = PersonRecord._base_manager.filter(address__in=[one for one in addresses if one])
    return rows.update(address="", detail="")
