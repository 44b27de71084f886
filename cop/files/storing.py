"""Storing an uploaded image, once for each audience."""

from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import slugify

from cop.base import images
from cop.files.models import File
from members.models import Community, User


def store_image(upload: UploadedFile[Any], *, community: Community, by: User, audience: str) -> File:
    """Keep an uploaded image; give the file kept before where `by` uploads the same one again.

    Raises Refused, with a sentence that says what to do, for what is no JPEG, PNG, GIF or WebP image, or too large.
    """
    data, digest = images.read(upload)
    file = File(community=community, owner=by, audience=audience, digest=digest)
    if earlier := file.twins().first():
        return earlier
    content, size = images.encode(data)
    stem = slugify((upload.name or "").rpartition(".")[0])[:80] or "image"
    file.name = f"{stem}.webp"
    file.width, file.height = size
    return file.save_once(ContentFile(content), "webp")
