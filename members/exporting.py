"""Making a copy of all that this site holds about somebody: asked for, made by a worker, told by mail, deleted.

Each app registers in `parts` what it holds. Whatever a part gives is the person's own: what they wrote, did, chose,
were told. Of others it says no more than the person could always read, and never what is another's private matter.
"""

import logging
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from cop.base import bells
from cop.base.errors import Refused
from cop.base.links import absolute_url
from cop.base.registries import Registry
from cop.mail import outbox
from members.export_models import DataExport, ExportState
from members.models import User
from members.packing import Pack, Part

logger = logging.getLogger(__name__)

parts: Registry[Callable[[User], Part]] = Registry("data export")

EVERY = timedelta(days=1)
LEASE = timedelta(minutes=5)
TRIES = 3
# Where the site keeps exports for good, their links end nevertheless.
DAYS = 7


def ask(user: User, *, at: datetime | None = None) -> DataExport:
    """Let a copy be made; raise Refused while one is being made, and within a day of the last."""
    at = at or timezone.now()
    last = DataExport.objects.filter(user=user).exclude(state=ExportState.FAILED).order_by("-asked_at").first()
    if last and last.is_open:
        raise Refused(_("A copy is being made already. You get a mail when it is ready."))
    if not may_ask(last, at=at):
        raise Refused(_("You asked for a copy within the last day. Ask again tomorrow."))
    try:
        with transaction.atomic():
            made = DataExport.objects.create(user=user, token=secrets.token_urlsafe(32), asked_at=at)
            transaction.on_commit(_ring)
    except IntegrityError as error:  # The second of two clicks.
        raise Refused(_("A copy is being made already. You get a mail when it is ready.")) from error
    return made


def last_of(user: User) -> DataExport | None:
    """Give the copy that somebody asked for last."""
    return DataExport.objects.filter(user=user).order_by("-asked_at").first()


def there_for(user: User) -> list[DataExport]:
    """Give the copies that somebody can fetch."""
    return [row for row in DataExport.objects.filter(user=user, state=ExportState.READY) if row.is_there]


def may_ask(last: DataExport | None, *, at: datetime | None = None) -> bool:
    """Whether somebody whose last copy this is may ask for another one."""
    if last is None or last.state == ExportState.FAILED:
        return True
    return not last.is_open and (at or timezone.now()) - last.asked_at >= EVERY


def _ring() -> None:
    bells.ring("members.tasks.make_exports")


def make_due(at: datetime | None = None) -> int:
    """Make the copies that wait, or that a killed worker left; give how many were finished."""
    at = at or timezone.now()
    count = 0
    for row in list(_waiting(at).order_by("asked_at").select_related("user")[:20]):
        claimed = _waiting(at).filter(pk=row.pk)
        if claimed.update(state=ExportState.MAKING, held_until=timezone.now() + LEASE, attempts=F("attempts") + 1):
            count += _try(row, at)
    for row in DataExport.objects.filter(state=ExportState.READY, told_at=None).select_related("user"):
        _tell(row)
    return count


def _waiting(at: datetime) -> QuerySet[DataExport]:
    dropped = Q(state=ExportState.MAKING, held_until__lt=at)
    return DataExport.objects.filter(Q(state=ExportState.WAITING) | dropped, user__is_active=True)


def _try(row: DataExport, at: datetime) -> bool:
    try:
        make(row, at=at)
    except Exception:
        logger.exception("The data export %s failed", row.pk)
        row.refresh_from_db(fields=["attempts"])
        state = ExportState.WAITING if row.attempts < TRIES else ExportState.FAILED
        DataExport.objects.filter(pk=row.pk, state=ExportState.MAKING).update(state=state, held_until=None)
        return False
    return True


def make(row: DataExport, *, at: datetime) -> None:
    """Write all parts into a ZIP file, store it, and let it be fetched for some days."""
    mine = DataExport.objects.filter(pk=row.pk)
    mine.update(done=0, total=len(list(parts)))
    with override(row.user.language), timezone.override(row.user.timezone):
        pack = Pack(_("Your data at %(site)s") % {"site": settings.SITE_NAME})
        for number, name in enumerate(parts, start=1):
            pack.add(parts[name](row.user), alive=lambda: mine.update(held_until=timezone.now() + LEASE))
            mine.update(done=number)
        packed = pack.finish()
    days = settings.KEEP_DAYS["exports"] or DAYS
    storage = row.file.storage
    name = storage.save(f"exports/{secrets.token_hex(16)}.zip", packed)
    try:
        is_kept = mine.filter(state=ExportState.MAKING).update(
            state=ExportState.READY,
            file=name,
            size=packed.size,
            ready_at=at,
            expires_at=at + timedelta(days=days),
            held_until=None,
        )
    finally:
        packed.close()
    if not is_kept:  # The account was closed meanwhile, or another worker was quicker.
        storage.delete(name)


def _tell(row: DataExport) -> None:
    """Say by mail that a copy is there, once."""
    outbox.send(
        "data_ready",
        to=row.user.email,
        dedupe_key=f"data-ready:{row.pk}",
        context={"url": absolute_url("members:data"), "until": row.expires_at, "dear": row.user.display_name},
        language=row.user.language,
    )
    DataExport.objects.filter(pk=row.pk).update(told_at=timezone.now())


def forget(before: datetime, limit: int) -> int:
    """Delete copies whose time is over, with their files."""
    old = DataExport.objects.filter(asked_at__lt=before).exclude(expires_at__gt=timezone.now())
    return delete(list(old.order_by("asked_at")[:limit]))


def delete(rows: list[DataExport]) -> int:
    """Delete copies and their files, each file first: nobody could find one again whose row is gone."""
    for row in rows:
        if row.file:
            row.file.storage.delete(str(row.file.name))
        DataExport.objects.filter(pk=row.pk).delete()
    return len(rows)
