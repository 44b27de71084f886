"""Photos of people, logos of organisations and communities: put up, taken down, and where they are found."""

from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.db.models.fields.files import FieldFile

from cop.base import images

PHOTO_SIDE = 320
LOGO_SIDE = 480


def made_of(upload: UploadedFile[Any], *, is_square: bool = False) -> ContentFile[bytes]:
    """Give an uploaded photo (square) or logo as it is kept, named for its content; raise Refused as `images` does."""
    data, digest = images.read(upload)
    content, _size = images.encode(data, side=PHOTO_SIDE if is_square else LOGO_SIDE, is_square=is_square)
    return ContentFile(content, name=f"{digest[:32]}.webp")


def hang(row: models.Model, field: str, picture: ContentFile[bytes] | None) -> None:
    """Keep a picture in `field` of a saved row, or none; the file that hung there goes once that is certain."""
    kept: FieldFile = getattr(row, field)
    before, storage = kept.name, kept.storage
    if picture is not None and mark_of(kept) == str(picture.name).removesuffix(".webp"):
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
