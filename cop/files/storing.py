"""Storing an uploaded image: checked, turned upright, shrunk, and encoded anew, so that nothing else rides along."""

import hashlib
import warnings
from io import BytesIO
from typing import Any

import puremagic
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from cop.base.errors import Refused
from cop.files.models import File
from members.models import Community, User

BYTES_LIMIT = 10 * 1024 * 1024
PIXELS_LIMIT = 40_000_000
SIDE_LIMIT = 1600
KINDS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP"}
WEBP_QUALITY = 82

Image.MAX_IMAGE_PIXELS = PIXELS_LIMIT


def store_image(upload: UploadedFile[Any], *, community: Community, by: User, audience: str) -> File:
    """Keep an uploaded image; give the file kept before where `by` uploads the same one again.

    Raises Refused, with a sentence that says what to do, for what is no JPEG, PNG, GIF or WebP image, or too large.
    """
    if upload.size is not None and upload.size > BYTES_LIMIT:
        raise Refused(_("This image is larger than 10 MB. Make it smaller, then try again."))
    data = upload.read()
    digest = hashlib.sha256(data).hexdigest()
    kept = File.objects.filter(community=community, owner=by, digest=digest, audience=audience)
    if earlier := kept.first():
        return earlier
    content, size = encode(data)
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


def encode(data: bytes) -> tuple[bytes, tuple[int, int]]:
    """Give the image as WebP with its width and height; raise Refused for anything but an image that we know."""
    kind = _kind(data)
    if kind is None:
        raise Refused(_("This is not an image that can be shown here. Use a JPEG, PNG, GIF or WebP file."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(BytesIO(data), formats=[kind])
            if image.width * image.height > PIXELS_LIMIT:
                raise Image.DecompressionBombError
            # Of an animation the first frame is kept: a thousand frames cost what a thousand images do.
            image.seek(0)
            upright = ImageOps.exif_transpose(image).convert("RGBA" if _is_see_through(image) else "RGB")
            upright.thumbnail((SIDE_LIMIT, SIDE_LIMIT))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused(_("This image has more than 40 million points. Make it smaller, then try again.")) from error
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as error:
        raise Refused(_("This image is damaged. Open it in an image program, save it anew, then try again.")) from error
    out = BytesIO()
    upright.save(out, "WEBP", quality=WEBP_QUALITY)
    return out.getvalue(), upright.size


def _kind(data: bytes) -> str | None:
    try:
        return KINDS.get(puremagic.from_string(data, mime=True))
    except (puremagic.PureError, ValueError):
        return None


def _is_see_through(image: Image.Image) -> bool:
    return image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
