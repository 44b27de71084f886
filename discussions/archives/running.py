"""Imports that facilitators begin in the browser: the file waits as a row, a worker takes it in, and can be paused."""

import logging
import time
from datetime import datetime, timedelta
from pathlib import Path

from django.core.files.base import File
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cop.base import bells
from discussions.archives.files import Report
from discussions.archives.importing import import_archive
from discussions.archives.models import Import, ImportState
from discussions.models import Forum
from members.models import User

logger = logging.getLogger(__name__)

FILE_LIMIT = 500 * 1024 * 1024
SECONDS_AT_ONCE = 150
STRANDED_AFTER = timedelta(minutes=10)


def begin(forum: Forum, file: "File[bytes]", *, by: User, is_sorted: bool = False) -> Import:
    """Keep an uploaded archive and let a worker take it in."""
    name = (file.name or "archive")[:200]
    run = Import.objects.create(forum=forum, by=by, name=name, file=file, is_sorted=is_sorted)
    transaction.on_commit(_ring)
    return run


def _ring() -> None:
    bells.ring("discussions.tasks.run_imports")


def pause(run: Import) -> bool:
    """Stop after the threads in hand; tell whether it was going on."""
    going = Import.objects.filter(pk=run.pk, state__in=[ImportState.WAITING, ImportState.RUNNING])
    return bool(going.update(state=ImportState.PAUSED))


def go_on(run: Import) -> bool:
    """Go on with what was paused or stopped by an error; tell whether it was."""
    held = Import.objects.filter(pk=run.pk, state__in=[ImportState.PAUSED, ImportState.FAILED])
    changed = held.update(state=ImportState.WAITING, problem="")
    transaction.on_commit(_ring)
    return bool(changed)


def run_waiting(at: datetime | None = None) -> int:
    """Take in one archive that waits, or that a killed worker left; give how many messages were added.

    What is not done within a few minutes waits again, so that no task runs into its time limit.
    """
    at = at or timezone.now()
    stranded = Q(state=ImportState.RUNNING, updated_at__lt=at - STRANDED_AFTER)
    open_runs = Import.objects.filter(Q(state=ImportState.WAITING) | stranded).select_related("forum__community")
    run = open_runs.order_by("pk").first()
    claimed = Import.objects.filter(pk=run.pk, updated_at=run.updated_at) if run else Import.objects.none()
    if run is None or not claimed.update(state=ImportState.RUNNING, updated_at=at):
        return 0
    begun, before = time.monotonic(), run.messages.filter(reason="").count()

    def tell(report: Report, total: int) -> bool:
        left_out = sum(report.left_out.values())
        Import.objects.filter(pk=run.pk).update(
            total=total,
            position=min(total, report.known + report.added + left_out),
            added=before + report.added,
            known=max(0, report.known - before),
            left_out=left_out,
            updated_at=timezone.now(),
        )
        goes_on = time.monotonic() - begun < SECONDS_AT_ONCE
        return goes_on and Import.objects.filter(pk=run.pk, state=ImportState.RUNNING).exists()

    try:
        report = import_archive(run.forum, Path(run.file.path), is_sorted=run.is_sorted, run=run, tell=tell)
    except Exception as error:
        logger.exception("The import %s stopped", run.pk)
        problem = f"{type(error).__name__}: {error}"[:300]
        Import.objects.filter(pk=run.pk).update(state=ImportState.FAILED, problem=problem)
        return 0
    is_done = report.known + report.added + sum(report.left_out.values()) >= report.read
    if report.read and not report.added:
        tell(report, report.read)
    state = ImportState.DONE if is_done else ImportState.WAITING
    Import.objects.filter(pk=run.pk, state=ImportState.RUNNING).update(state=state)
    return report.added
