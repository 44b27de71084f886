"""Images that people upload: checked, turned upright, shrunk, and encoded anew, so that nothing else rides along."""

import hashlib
import warnings
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import puremagic
from django.core.files.uploadedfile import UploadedFile
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, HttpRequest, HttpResponseBase, HttpResponseNotModified
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from cop.base.errors import Refused

BYTES_LIMIT = 10 * 1024 * 1024
PIXELS_LIMIT = 40_000_000
SIDE_LIMIT = 1600
KINDS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP"}
WEBP_QUALITY = 82
HOUR, YEAR = 3600, 31_536_000

Image.MAX_IMAGE_PIXELS = PIXELS_LIMIT


@dataclass(frozen=True)
class Part:
    """Which square is cut out of an image.

    `across` and `down` say where it lies, from 0, the left or upper edge, to 1; `share` is how much of the shorter side
    it takes. Where nobody chose it lies a little above the middle, as faces do.
    """

    across: float = 0.5
    down: float = 0.4
    share: float = 1.0

    def box(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Give the square as Pillow wants it: left, upper, right, lower."""
        side = max(1, round(min(width, height) * self.share))
        left, upper = round((width - side) * self.across), round((height - side) * self.down)
        return left, upper, left + side, upper + side


def read(upload: UploadedFile[Any]) -> tuple[bytes, str]:
    """Give an upload's bytes and their SHA-256; raise Refused for more than 10 MB."""
    if upload.size is not None and upload.size > BYTES_LIMIT:
        raise Refused(_("This image is larger than 10 MB. Make it smaller, then try again."))
    data = upload.read()
    return data, hashlib.sha256(data).hexdigest()


def encode(data: bytes, *, side: int = SIDE_LIMIT, part: Part | None = None) -> tuple[bytes, tuple[int, int]]:
    """Give the image as WebP with its width and height, neither above `side`; with `part` that square of it alone.

    What the camera wrote into it, the place above all, is left out. Raises Refused, with a sentence that says what to
    do, for anything but a whole JPEG, PNG, GIF or WebP image of at most 40 million points.
    """
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
            if part:
                upright = upright.crop(part.box(*upright.size))
            upright.thumbnail((side, side))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused(_("This image has more than 40 million points. Make it smaller, then try again.")) from error
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as error:
        raise Refused(_("This image is damaged. Open it in an image program, save it anew, then try again.")) from error
    out = BytesIO()
    upright.save(out, "WEBP", quality=WEBP_QUALITY)
    return out.getvalue(), upright.size


def serve(request: HttpRequest, content: FieldFile, *, etag: str, keep: str, name: str = "") -> HttpResponseBase:
    """Answer with an image that `encode` made; `etag` is new for each content, `keep` is "public" or "private".

    What is public may lie in caches that others read too, and must be gone from them soon after fewer may see it.
    """
    quoted = quote_etag(etag)
    response: HttpResponseBase
    if request.headers.get("If-None-Match") == quoted:
        response = HttpResponseNotModified()
    else:
        response = FileResponse(content.open(), content_type="image/webp", filename=name or f"{etag}.webp")
        response["Content-Security-Policy"] = "default-src 'none'"
        response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = f"public, max-age={HOUR}" if keep == "public" else f"private, max-age={YEAR}, immutable"
    response["ETag"] = quoted
    if keep == "public":  # Mails show it too, in whatever reads them.
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _kind(data: bytes) -> str | None:
    try:
        return KINDS.get(puremagic.from_string(data, mime=True))
    except (puremagic.PureError, ValueError):
        return None


def _is_see_through(image: Image.Image) -> bool:
    return image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
