"""Files that came while the scanner was silent: nobody fetches one before it was looked over."""

import logging
from collections.abc import Iterator

from cop.files import scanning
from cop.files.attachment_models import Attachment
from cop.mail import outbox

logger = logging.getLogger("cop.security")

AT_ONCE = 20
PIECE = 64 * 1024


def look_over() -> int:
    """Let the scanner look over files that wait; give how many are settled. A file may be looked over twice."""
    # In no order, so that one which the scanner does not take keeps no other waiting.
    waiting = Attachment.objects.filter(is_held=True).select_related("owner").order_by("?")
    return sum(settle(file) for file in waiting[:AT_ONCE]) if scanning.is_on() else _let_all_go()


def settle(file: Attachment) -> bool:
    """Let one file go where it is clean, delete it and tell its owner where it is not; tell whether that is known."""
    try:
        found = scanning.scan(_pieces(file))
    except scanning.Silent as silent:
        logger.error("the scanner was silent: file=%s said=%s", file.pk, silent)
        return False
    if not found:
        Attachment.objects.filter(pk=file.pk).update(is_held=False)
        return True
    logger.warning("harmful file deleted: file=%s user=%s found=%s", file.pk, file.owner_id, found)
    if file.owner is not None:
        outbox.send(
            "file_removed",
            to=file.owner.email,
            dedupe_key=f"file-removed:{file.pk}",
            context={"person": file.owner, "name": file.name, "found": found},
            language=file.owner.language,
        )
    file.content.delete(save=False)
    file.delete()
    return True


def _let_all_go() -> int:
    """Let go what waits on a site that has no scanner any more."""
    return Attachment.objects.filter(is_held=True).update(is_held=False)


def _pieces(file: Attachment) -> Iterator[bytes]:
    with file.content.open() as content:
        yield from content.chunks(PIECE)
