"""Storing an uploaded image, once for each audience."""

from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.text import slugify

from cop.base import images
from cop.files.models import File
from members.models import Community, User


def store_image(upload: UploadedFile[Any], *, community: Community, by: User, audience: str) -> File:
    """Keep an uploaded image; give the file kept before where `by` uploads the same one again.

    Raises Refused, with a sentence that says what to do, for what is no JPEG, PNG, GIF or WebP image, or too large.
    """
    data, digest = images.read(upload)
    kept = File.objects.filter(community=community, owner=by, digest=digest, audience=audience)
    if earlier := kept.first():
        return earlier
    content, size = images.encode(data)
    stem = slugify((upload.name or "").rpartition(".")[0])[:80] or "image"
    file = File(community=community, owner=by, audience=audience, name=f"{stem}.webp", digest=digest)
    file.width, file.height = size
    file.content.save(f"{digest[:32]}.webp", ContentFile(content), save=False)
    try:
        with transaction.atomic():
            file.save()
    except IntegrityError:  # Pressed twice: the other request was quicker.
        file.content.delete(save=False)
        return kept.get()
    return file
