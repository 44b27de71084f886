"""Photos of people, logos of organisations and communities: put up, taken down, and where they are found."""

import hashlib
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.db.models.fields.files import FieldFile

from cop.base import images

PHOTO_SIDE = 320
LOGO_SIDE = 480


def photo_of(upload: UploadedFile[Any], part: images.Part) -> ContentFile[bytes]:
    """Give a part of an uploaded photo as it is kept; raise Refused as `images` does."""
    return _kept(upload, side=PHOTO_SIDE, part=part)


def logo_of(upload: UploadedFile[Any]) -> ContentFile[bytes]:
    """Give an uploaded logo as it is kept; raise Refused as `images` does."""
    return _kept(upload, side=LOGO_SIDE)


def _kept(upload: UploadedFile[Any], **given: Any) -> ContentFile[bytes]:
    """Give an image named for its content: another part of the same photo is another."""
    content, _size = images.encode(images.read(upload)[0], **given)
    return ContentFile(content, name=f"{hashlib.sha256(content).hexdigest()[:32]}.webp")


def hang(row: models.Model, field: str, picture: ContentFile[bytes] | None) -> None:
    """Keep a picture in `field` of a saved row, or none; the file that hung there goes once that is certain."""
    kept: FieldFile = getattr(row, field)
    before, storage = kept.name, kept.storage
    # Behind "_" stands what the storage adds where somebody else hung the same one.
    if picture is not None and mark_of(kept).partition("_")[0] == str(picture.name).removesuffix(".webp"):
        return  # The same one again.
    with transaction.atomic():
        if picture is None:
            setattr(row, field, "")
        else:
            kept.save(str(picture.name), picture, save=False)
        row.save(update_fields=[field, "updated_at"])
        if before and before != getattr(row, field).name:
            transaction.on_commit(lambda: storage.delete(before))


def mark_of(picture: FieldFile) -> str:
    """Give what stands for the content in a picture's address, so that a new picture has a new one."""
    return str(picture.name).rpartition("/")[2].removesuffix(".webp")
