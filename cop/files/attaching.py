"""Storing an uploaded file that is no image: of a kind that people share, and truly of the kind that its name says."""

import hashlib
import logging
import re
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.files import scanning
from cop.files.attachment_models import Attachment
from members.models import Community, User

logger = logging.getLogger("cop.security")

BYTES_LIMIT = 20 * 1024 * 1024
ZIPPED, TEXT = b"PK\x03\x04", b""
# What a file of each kind begins with; a text is told by what is not in it.
KINDS = {
    "pdf": b"%PDF-",
    "docx": ZIPPED, "xlsx": ZIPPED, "pptx": ZIPPED, "odt": ZIPPED, "ods": ZIPPED, "odp": ZIPPED, "epub": ZIPPED,
    "zip": ZIPPED,
    "doc": b"\xd0\xcf\x11\xe0", "xls": b"\xd0\xcf\x11\xe0", "ppt": b"\xd0\xcf\x11\xe0",
    "rtf": b"{\\rtf",
    "txt": TEXT, "md": TEXT, "csv": TEXT, "tsv": TEXT, "ics": TEXT, "bib": TEXT, "ris": TEXT, "json": TEXT,
}  # fmt: skip
START = 4096
ADDED_AN_HOUR = 60
NAME_LENGTH = 80


def attach(upload: UploadedFile[Any], *, community: Community, by: User, audience: str) -> Attachment:
    """Keep an uploaded file; give the one kept before where `by` uploads the same one again.

    Raises Refused, with a sentence that says what to do, for a kind that is not shared here, or for what is too large,
    empty, not what its name says, or harmful where the site has a virus scanner.
    """
    if upload.size is not None and upload.size > BYTES_LIMIT:
        raise Refused(_("This file is larger than 20 MB. Make it smaller, or share a link to it."))
    kind = PurePosixPath(upload.name or "").suffix.lower().lstrip(".")
    if kind not in KINDS:
        known = ", ".join(KINDS)
        raise Refused(_("Files of this kind are not shared here. These are: %(known)s, and images.") % {"known": known})
    if not upload.size or not _is(kind, upload.read(START)):
        raise Refused(_("This file is not what its name says. Open it in its program, save it anew, then try again."))
    made = Attachment(community=community, owner=by, audience=audience, digest=_digest(upload), size=upload.size)
    if earlier := made.twins().first():
        return earlier
    made.is_held = _is_held_after_scanning(upload, by)
    made.name = f"{_stem(upload.name or '')}.{kind}"
    return made.save_once(upload, kind)


def _is_held_after_scanning(upload: UploadedFile[Any], by: User) -> bool:
    """Raise Refused for a file in which the scanner finds something; tell whether it must wait for a verdict."""
    if not scanning.is_on():
        return False
    try:
        found = scanning.scan(upload.chunks())
    except scanning.Silent as silent:
        logger.error("the scanner was silent: user=%s said=%s", by.pk, silent)
        if settings.SCANNER_SILENT == "hold":
            return True
        sentence = _(
            "Files cannot be looked over for viruses just now, so this one was not kept. Try again in a while."
        )
        raise Refused(sentence) from silent
    finally:
        upload.seek(0)
    if found:
        logger.warning("harmful upload refused: user=%s found=%s", by.pk, found)
        raise Refused(_("The virus scanner found “%(found)s” in this file, so it was not kept.") % {"found": found})
    return False


def _is(kind: str, start: bytes) -> bool:
    """Whether a file begins as its kind does; a text, in whatever encoding, holds none of the first control signs."""
    return start.startswith(KINDS[kind]) if KINDS[kind] else all(byte > 8 for byte in start)


def _digest(upload: UploadedFile[Any]) -> str:
    made = hashlib.sha256()
    for chunk in upload.chunks():
        made.update(chunk)
    upload.seek(0)
    return made.hexdigest()


def _stem(name: str) -> str:
    """Give a file's name without its ending, with nothing in it that an address or a disk would mind."""
    words = re.sub(r"[^\w.-]+", "_", PurePosixPath(name).stem)
    return words[:NAME_LENGTH].strip("._") or "file"


def link_to(file: Attachment) -> str:
    """Give the Markdown that leads to a file, with its size."""
    label = file.name.translate({ord(sign): f"\\{sign}" for sign in "[]_*"})
    return f"[{label}]({file.get_absolute_url()}) ({filesizeformat(file.size)})".replace("\xa0", " ")
